import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { eventLine } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { stuckPods } from '../support/stuck-pods.ts';

/** A limit so small that the runtime's own init does not fit: a memory limit's doing, told by the rules about memory. */
const OUT_OF_MEMORY = /oom-killed|OOMKilled|memory limit too low|cannot allocate memory/i;
const NO_HANDLER =
  /no runtime for "?([\w.-]*)"? is configured|RuntimeHandler "?([\w.-]*)"? not supported|runtime handler "?([\w.-]*)"? (?:is )?not (?:found|supported)/i;

const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /no (?:available )?(?:ip|addresses)|ip address(?:es)? available|failed to (?:assign|allocate) (?:an )?ip|range is full|exhausted/i,
    'no pod address is free',
  ],
  [/subnet\.env|cni plugin not initialized|cni config|no networks found|failed to find plugin/i, 'the network plugin is not set up there'],
  [/plugin type="?[\w-]+"? failed|failed to set ?up (?:sandbox )?network|networkPlugin cni failed/i, 'the network plugin fails'],
  [/failed to (?:pull|get) (?:sandbox )?image|pause/i, 'the pause image cannot be pulled'],
  [/connection refused|containerd\.sock|crio\.sock|deadline ?exceeded/i, 'the container runtime does not answer'],
  [/no space left|too many open files|resource temporarily unavailable|device or resource busy/i, 'the node is out of a system resource'],
];

export const sandboxCreationFailed = defineRule({
  id: 'sandbox-creation-failed',
  code: 'SandboxCreationFailed',
  summary: 'the node cannot make the sandbox of a pod: its network or its container runtime fails',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['pending', 'not-ready', 'node-trouble', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Network Plugins', url: 'https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/' }],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', namespace));
    const stuck = stuckPods(pods.data, events);
    if (stuck.length === 0) return notApplicable;
    if (events.outcome !== 'present') return events.outcome === 'unavailable' ? undecided(events) : notApplicable;

    const failures = stuck.flatMap((one) =>
      one.warnings
        .filter(({ reason }) => reason === 'FailedCreatePodSandBox' || reason === 'FailedCreatePodSandbox')
        .slice(-1)
        .map((event) => ({ pod: one.pod, event })),
    );
    const failure = failures.find(({ event }) => !OUT_OF_MEMORY.test(event.message));
    if (!failure) return failures.length > 0 ? notApplicable : ruledOut(events, 'No sandbox of a pod failed.');
    const { pod, event } = failure;
    const handler = NO_HANDLER.exec(event.message);
    const node = pod.spec.nodeName ?? '';
    const why = REASONS.find(([words]) => words.test(event.message))?.[1];
    const onNode = stuck.filter((one) => one.pod.spec.nodeName === node).map((one) => podRef(one.pod));
    return found(
      'likely',
      [
        cite(events, `The node could not make the sandbox of Pod ${pod.metadata.name}.`, { about: podRef(pod), excerpt: eventLine(event) }),
        cite(pods, `Pod ${pod.metadata.name} still waits on node ${node}.`, {
          about: podRef(pod),
          excerpt: fields({ phase: pod.status.phase, nodeName: node }),
        }),
      ],
      {
        title: handler
          ? `Node ${node} has no runtime "${handler.slice(1).find(Boolean) ?? pod.spec.runtimeClassName}", which runtimeClassName of ${workload.ref.name} asks for`
          : `Node ${node} cannot make the sandbox of pods of ${workload.ref.name}: ${why ?? displayLine(event.message, 160)}`,
        explanation: handler
          ? 'The RuntimeClass names a handler that the container runtime of this node is not configured with.'
          : 'Before any container starts, the node makes a sandbox with the network of the pod. That fails here, so what is wrong is the network plugin or the container runtime of the node, not the application.',
        ...(handler || node === '' ? {} : { subject: { kind: 'Node', name: node } }),
        remedies: handler
          ? [
              look(workload.ref, 'See the attempts.', 'describe', `pod/${pod.metadata.name}`),
              editIt(workload.ref, 'Correct runtimeClassName, or keep the pod on nodes that have that runtime.'),
            ]
          : [
              look(workload.ref, 'See the attempts.', 'describe', `pod/${pod.metadata.name}`),
              look(
                { kind: 'Node', name: node },
                'See which pods on this node run, the network plugin among them.',
                'get',
                'pods',
                '-A',
                '-o',
                'wide',
                '--field-selector',
                `spec.nodeName=${node}`,
              ),
            ],
        since: event.firstTimestamp ?? pod.metadata.creationTimestamp,
        affects: [...onNode, workload.ref],
      },
    );
  },
});
