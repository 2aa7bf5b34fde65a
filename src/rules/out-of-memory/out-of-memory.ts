import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ReplicaSet } from '#domain/kubernetes/workload.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { formatBytes, parseQuantity } from '#lib/quantity.ts';
import { cite, defineRule, type Found, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { type Crash, containerText, crashesOf, crashSince, endText } from '../support/crashes.ts';
import { earlierContainer } from '../support/earlier-template.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { earliest, secondsBetween } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { type ContainerView, containersOf, isFinished, podRef, podsOf } from '../support/pods.ts';
import { editWorkload, fix, hasTemplate, look } from '../support/workload-edits.ts';

/** What runc and containerd say when the limit is too small for the container to be made at all. */
const AT_CREATION = /OOM-killed|memory limit too low|minimum memory limit allowed/i;
/** Killed this soon after its start, a container was given too little rather than leaking. */
const AT_START_SECONDS = 120;

export const outOfMemory = defineRule({
  id: 'out-of-memory',
  code: 'OOMKilled',
  summary: 'a container uses more memory than its limit allows and is killed for it',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'unavailable', 'rollout-stuck', 'job-failed'],
  needs: ['pods', 'events', 'replicasets'],
  references: [
    { title: 'Kubernetes: Resource Management for Pods and Containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' },
    { title: 'Linux: memory controller of control groups v2', url: 'https://docs.kernel.org/admin-guide/cgroup-v2.html#memory' },
  ],

  async judge(workload, ask, circumstances) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    if (pods.data.length === 0) return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    const replicaSets = await ask(list('replicasets', workload.ref.namespace));
    const earlierLimit = (name: string) =>
      replicaSets.outcome === 'present' ? earlierContainer(workload, replicaSets.data, name)?.resources.limits['memory'] : undefined;

    const killed = crashesOf(pods.data, circumstances).filter(({ ended }) => ended.reason === 'OOMKilled');
    const verdicts: Verdict[] = killed.map((crash) => foundKilled(workload, pods, crash, earlierLimit(crash.view.spec.name), replicaSets));
    const known = new Set(killed.map(({ view }) => view.spec.name));
    for (const pod of pods.data.filter((one) => !isFinished(one) && one.metadata.deletionTimestamp === undefined)) {
      const about = eventsOf(podRef(pod), events);
      const said =
        about.outcome === 'present' ? about.data.findLast(({ reason, message }) => /^Failed/.test(reason ?? '') && AT_CREATION.test(message)) : undefined;
      const stuck = containersOf(pod).filter(({ status }) => !status?.state.running && !status?.ready);
      const inStatus = stuck.find(({ status }) =>
        AT_CREATION.test(`${status?.lastState.terminated?.message} ${status?.state.terminated?.message} ${status?.state.waiting?.message}`),
      );
      const view = inStatus ?? (said ? smallest(stuck) : undefined);
      if (!view || known.has(view.spec.name)) continue;
      known.add(view.spec.name);
      const heard: readonly Citation[] =
        said && about.outcome === 'present'
          ? [cite(about, 'The container could not even be made within its memory limit.', { about: podRef(pod), excerpt: eventLine(said) })]
          : [];
      verdicts.push(foundAtCreation(workload, pods, view, heard, earlierLimit(view.spec.name)));
    }
    return verdicts.length > 0 ? verdicts : ruledOut(pods, `No container of ${workload.ref.name} was killed for its memory.`);
  },
});

function foundKilled(
  workload: Workload,
  pods: Present<readonly Pod[]>,
  crash: Crash,
  earlier: string | undefined,
  replicaSets: Evidence<readonly ReplicaSet[]>,
): Found {
  const { view, ended } = crash;
  const limit = view.spec.resources.limits['memory'];
  const lived = secondsBetween(ended.startedAt, ended.finishedAt);
  const atStart = lived !== undefined && lived < AT_START_SECONDS;
  const restarts = view.status?.restartCount ?? 0;
  const lowered = isLess(limit, earlier);
  const how = atStart
    ? `It lived for ${Math.round(lived)} s: it needs more than that already to start, so the limit is too low for it.`
    : `It lived for ${lived === undefined ? 'some time' : duration(lived)} before: its use grew until it met the limit, by load, by a cache without bounds or by a leak.`;
  return found(
    limit === undefined ? 'possible' : 'certain',
    [
      cite(pods, `${sentence(containerText(view))} was killed for its memory (${restarts} restarts).`, {
        about: podRef(view.pod),
        excerpt: fields({ ...endText(crash), 'resources.limits.memory': limit ?? 'none' }),
      }),
      ...(lowered && replicaSets.outcome === 'present'
        ? [
            cite(replicaSets, `The revision before had a memory limit of ${earlier}.`, {
              about: workload.ref,
              excerpt: `resources.limits.memory: ${earlier} -> ${limit}`,
            }),
          ]
        : []),
    ],
    {
      title: limit
        ? `${sentence(containerText(view))} of ${workload.ref.name} is killed for exceeding its memory limit of ${limit}${lowered ? `, which was ${earlier} in the revision before` : ''}`
        : `${sentence(containerText(view))} of ${workload.ref.name} is killed for memory though it has no limit: the pod or the node ran out`,
      explanation: `The kernel killed it at the limit (OOMKilled, exit code ${ended.exitCode}). ${how}`,
      remedies: remedies(workload, view, limit, lowered ? earlier : undefined),
      since: crashSince(crash),
      affects: [podRef(view.pod)],
    },
  );
}

function foundAtCreation(
  workload: Workload,
  pods: Present<readonly Pod[]>,
  view: ContainerView,
  heard: readonly Citation[],
  earlier: string | undefined,
): Found {
  const limit = view.spec.resources.limits['memory'];
  const lowered = isLess(limit, earlier) ? earlier : undefined;
  const state = view.status?.state.waiting ?? view.status?.lastState.terminated;
  return found(
    limit !== undefined && heard.length > 0 ? 'certain' : 'likely',
    [
      cite(pods, `${sentence(containerText(view))} has a memory limit of ${limit ?? 'nothing of its own'}.`, {
        about: podRef(view.pod),
        excerpt: fields({ 'resources.limits.memory': limit ?? 'none', 'state.reason': state?.reason, 'state.message': state?.message?.slice(0, 600) }),
      }),
      ...heard,
    ],
    {
      title: `The memory limit of ${limit ?? 'the pod'} is too low for ${containerText(view)} of ${workload.ref.name} to be started at all`,
      explanation: `The runtime itself was killed for memory while it set the container up: ${limit ?? 'the limit'} does not even hold the process that starts it. The program never ran.`,
      remedies: remedies(workload, view, limit, lowered),
      since: earliest(view.pod.metadata.creationTimestamp),
      affects: [podRef(view.pod)],
    },
  );
}

function remedies({ ref }: Workload, view: ContainerView, limit: string | undefined, earlier: string | undefined) {
  const bytes = parseQuantity(limit);
  const proposed = earlier ?? (bytes === undefined ? undefined : `${Math.max(128, Math.ceil((bytes * 2) / 2 ** 20))}Mi`);
  const set = proposed !== undefined && hasTemplate(ref) && !view.init;
  return [
    look('See the last end of the container and its limit.', kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
    fix(
      earlier
        ? `Give it back its limit of ${earlier}.`
        : `Raise the memory limit${bytes === undefined ? '' : ` above ${formatBytes(bytes)}`}, or make the program use less.`,
      set ? kubectl(ref, 'set', 'resources', objectArg(ref), '-c', view.spec.name, `--limits=memory=${proposed}`) : editWorkload(ref),
    ),
  ];
}

function smallest(views: readonly ContainerView[]): ContainerView | undefined {
  return views.toSorted((left, right) => bytesOf(left) - bytesOf(right))[0];
}

function bytesOf({ spec }: ContainerView): number {
  return parseQuantity(spec.resources.limits['memory']) ?? Number.POSITIVE_INFINITY;
}

function isLess(limit: string | undefined, earlier: string | undefined): boolean {
  const [now, before] = [parseQuantity(limit), parseQuantity(earlier)];
  return now !== undefined && before !== undefined && now < before;
}

function duration(seconds: number): string {
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
