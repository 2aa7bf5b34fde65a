import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { cite, defineRule, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { saidClues } from '../support/called-logs.ts';
import { complaintSince, type DependencyClue, dependencyClues, dependencyFirst, dependencyText } from '../support/dependency.ts';
import { mountOf } from '../support/file-refusals.ts';
import { isRecent } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { isReady, podRef, podsOf } from '../support/pods.ts';
import { podsBehind, serviceRef } from '../support/service-backends.ts';
import { fix, look } from '../support/workload-edits.ts';

export const diskFull = defineRule({
  id: 'disk-full',
  code: 'DiskFull',
  summary: 'a program cannot write because the volume or disk under it is full',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'errors', 'not-ready', 'unavailable', 'volume-trouble'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'namespaces'],
  references: [
    {
      title: 'Kubernetes: Expanding Persistent Volumes Claims',
      url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims',
    },
  ],

  async judge(workload, ask, circumstances) {
    const { now } = circumstances;
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const said = (await saidClues(pods.data, ask)).find(
      ({ clue, error, pod }) => clue.kind === 'no-space' && (!isReady(pod) || isRecent(error.lastAt, now, 900)),
    );
    if (!said) return notApplicable;
    const told = await dependencyClues(workload, ['no-space'], ask, circumstances);
    const relayed = told?.clues.find((one) => isOfServer(one, told.around));
    if (relayed?.target.service) return ofServer(workload, relayed, podsBehind(relayed.target.service, told?.around ?? []));
    const { clue, error, fact, pod, container } = said;
    const mounts = pod.spec.containers.find(({ name }) => name === container)?.volumeMounts ?? [];
    const under = clue.path?.startsWith('/')
      ? mounts
          .filter(({ mountPath }) => `${clue.path}/`.startsWith(`${mountPath.replace(/\/$/, '')}/`))
          .toSorted((left, right) => right.mountPath.length - left.mountPath.length)[0]
      : undefined;
    const claims = mounts.flatMap(({ name, mountPath }) => {
      const claim = pod.spec.volumes.find((volume) => volume.name === name)?.persistentVolumeClaim;
      return claim ? [{ claim: claim.claimName, mountPath }] : [];
    });
    const claim = under ? claims.find(({ mountPath }) => mountPath === under.mountPath) : claims.length === 1 ? claims[0] : undefined;
    const { ref } = workload;
    const where = claim ? `volume ${claim.claim} (mounted at ${claim.mountPath})` : 'the disk that it writes to';
    return found(
      claim ? 'likely' : 'possible',
      [cite(fact, `Container ${container} finds no space left.`, { about: podRef(pod), excerpt: errorText(error) })],
      {
        title: `Container ${container} of ${ref.name} cannot write: ${where} is full`,
        explanation: `${clue.quote.slice(0, 200)} Until there is space, what it writes is lost or it stops.`,
        subject: claim ? { kind: 'PersistentVolumeClaim', namespace: ref.namespace, name: claim.claim } : ref,
        remedies: [
          look('See how full it is.', kubectl(ref, 'exec', pod.metadata.name, '-c', container, '--', 'df', '-h', ...(claim ? [claim.mountPath] : []))),
          claim
            ? fix('Free space in it, or enlarge the claim where its storage class allows that.', kubectl(ref, 'edit', `persistentvolumeclaim/${claim.claim}`))
            : fix('Free space on the node, or give the container a volume for what it writes.', kubectl(ref, 'describe', `pod/${pod.metadata.name}`), 'none'),
        ],
        since: error.firstAt ?? pod.metadata.creationTimestamp,
        affects: [ref, podRef(pod)],
      },
    );
  },
});

/** Servers that say in words of their own, to their clients, that they have no space. */
const SAID_BY_SERVER = /^(?:PostgreSQL|MySQL|Redis|MongoDB|etcd|Elasticsearch|SQL Server|Oracle|MinIO)$/;

/** Whether a client repeats what a server told it about the server's disk: in that server's words, or of a file that lies on the server's volume and on none of its own. */
function isOfServer({ clue, target, pod, container }: DependencyClue, around: readonly Pod[]): boolean {
  if (!target.service) return false;
  if (SAID_BY_SERVER.test(clue.source)) return true;
  const { path } = clue;
  if (!path?.startsWith('/')) return false;
  const own = pod.spec.containers.find(({ name }) => name === container);
  if (own && mountOf(path, own, pod.spec.volumes)) return false;
  return podsBehind(target.service, around).some(({ spec }) => spec.containers.some((one) => mountOf(path, one, spec.volumes)));
}

function ofServer({ ref }: Workload, { clue, error, fact, pod, target }: DependencyClue, behind: readonly Pod[]): Verdict {
  const who = dependencyText(target, clue.source);
  const [server] = behind;
  return found('likely', [cite(fact, `${ref.name} is told by ${who} that it has no space left.`, { about: podRef(pod), excerpt: errorText(error) })], {
    title: `${dependencyFirst(target, clue.source)} cannot write: its disk is full, as it tells ${ref.name}`,
    explanation: `${clue.quote.slice(0, 200)} Until there is space, what its clients write is refused.`,
    ...(target.service ? { subject: serviceRef(target.service) } : {}),
    remedies: server
      ? [
          look('See how full it is.', kubectl(podRef(server), 'exec', server.metadata.name, '--', 'df', '-h')),
          fix('Free space in its volume, or enlarge the claim where its storage class allows that.', kubectl(podRef(server), 'get', 'persistentvolumeclaims')),
        ]
      : [],
    since: complaintSince({ clue, error, fact, pod, container: '' }),
    affects: [ref, ...behind.map(podRef)],
  });
}
