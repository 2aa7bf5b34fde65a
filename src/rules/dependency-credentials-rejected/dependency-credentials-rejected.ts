import type { EnvVar } from '#domain/kubernetes/pod.ts';
import { cite, defineRule, found, notApplicable, type Verdict } from '../rule.ts';
import { complaintSince, type DependencyClue, dependencyClues, dependencyFirst } from '../support/dependency.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { podRef } from '../support/pods.ts';
import { type Maker, makersOf, podsBehind, serviceRef } from '../support/service-backends.ts';
import { editWorkload, fix, hasTemplate, look, rollBack } from '../support/workload-edits.ts';

const USER = /(?:^|_)(?:USER|USERNAME|LOGIN)$/i;
const PASSWORD = /(?:^|_)(?:PASSWORD|PASSWD|PWD|PASS|REDISCLI_AUTH)$/i;

export const dependencyCredentialsRejected = defineRule({
  id: 'dependency-credentials-rejected',
  code: 'DependencyCredentialsRejected',
  summary: 'a database or another dependency refuses the user name or password that a workload presents',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'restarting', 'not-ready', 'unavailable'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'namespaces'],
  references: [
    {
      title: 'Kubernetes: Distribute Credentials Securely Using Secrets',
      url: 'https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/',
    },
  ],

  async judge(workload, ask, circumstances) {
    const told = await dependencyClues(workload, ['auth'], ask, circumstances);
    const [best] = told?.clues ?? [];
    if (!told || !best) return notApplicable;
    const makers = await makersOf(best.target.service?.metadata.namespace ?? workload.ref.namespace, ask);
    const server = serverOf(best, makers, told.around);
    const differs = server
      ? difference(
          workload.template.spec.containers.flatMap(({ env }) => env),
          server,
        )
      : undefined;
    const { clue, error, fact, pod, target } = best;
    const who = dependencyFirst(target, clue.source);
    const user = clue.user ?? '';
    const { ref } = workload;
    const container = workload.template.spec.containers.find(({ name }) => name === best.container);
    const given = (container?.env ?? []).filter(({ name }) => USER.test(name) || PASSWORD.test(name)).map(origin);
    return found(
      differs ? 'certain' : 'likely',
      [
        cite(fact, `${who} refuses the credentials of ${ref.name}.`, { about: podRef(pod), excerpt: errorText(error) }),
        ...(given.length > 0 ? [cite(workload.seenIn, `Where ${ref.name} has its credentials from.`, { about: ref, excerpt: given.join('\n') })] : []),
        ...(differs && server ? [cite(workload.seenIn, differs, { about: server.ref })] : []),
      ],
      {
        title: `${who} rejects the credentials of ${ref.name}${user ? ` (user ${user})` : ''}: ${clue.said}`,
        explanation: `The dependency was reached and refused the login, so ${ref.name} cannot use it. ${differs ?? 'Its user name or password is wrong or has been changed on one side only; a database that already has data keeps the password that it was first started with.'}`,
        remedies: [
          look(
            'See which credentials it is given, and from where.',
            hasTemplate(ref) ? kubectl(ref, 'set', 'env', objectArg(ref), '--list') : kubectl(ref, 'get', objectArg(ref), '-o', 'yaml'),
          ),
          ...rollBack(ref),
          fix(`Give ${ref.name} the credentials that the dependency knows, and restart it if they come from a Secret.`, editWorkload(ref)),
        ],
        since: complaintSince(best),
        affects: [podRef(pod), ...(target.service ? [serviceRef(target.service)] : [])],
      },
    ) satisfies Verdict;
  },
});

/** What makes the pods behind the dependency. */
function serverOf({ target }: DependencyClue, makers: readonly Maker[], pods: Parameters<typeof podsBehind>[1]): Maker | undefined {
  if (!target.service) return undefined;
  const [pod] = podsBehind(target.service, pods);
  return (
    pod && makers.find(({ labels }) => Object.keys(labels).length > 0 && Object.entries(labels).every(([key, value]) => pod.metadata.labels[key] === value))
  );
}

/** A literal, or a reference into a Secret or ConfigMap, that differs between the client and the server; told without any value of a password. */
function difference(client: readonly EnvVar[], server: Maker): string | undefined {
  const theirs = server.spec.containers.flatMap(({ env }) => env);
  for (const [kind, what] of [
    [PASSWORD, 'password'],
    [USER, 'user'],
  ] as const) {
    const own = client.filter(({ name }) => kind.test(name));
    const known = theirs.filter(({ name }) => kind.test(name));
    if (own.length === 0 || known.length === 0) continue;
    const comparable = own.filter((one) => known.every((other) => (one.value === undefined) === (other.value === undefined)));
    const wrong = comparable.find((one) => known.every((other) => !sameOrigin(one, other)) && one.value !== undefined);
    if (wrong)
      return `Its ${what} (${wrong.name}) is not one that ${server.ref.kind} ${server.ref.name} is started with (${known.map(({ name }) => name).join(', ')}).`;
  }
  return undefined;
}

function sameOrigin(left: EnvVar, right: EnvVar): boolean {
  if (left.value !== undefined || right.value !== undefined) return left.value === right.value;
  return JSON.stringify(left.valueFrom) === JSON.stringify(right.valueFrom);
}

/** Where a variable comes from; never the value of a password. */
function origin({ name, value, valueFrom }: EnvVar): string {
  if (valueFrom?.secretKeyRef) return `${name} from Secret ${valueFrom.secretKeyRef.name} key ${valueFrom.secretKeyRef.key}`;
  if (valueFrom?.configMapKeyRef) return `${name} from ConfigMap ${valueFrom.configMapKeyRef.name} key ${valueFrom.configMapKeyRef.key}`;
  return PASSWORD.test(name) ? `${name} is written in the pod template` : `${name}=${(value ?? '').slice(0, 80)}`;
}
