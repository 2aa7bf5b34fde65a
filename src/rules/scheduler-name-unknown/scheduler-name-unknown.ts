import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { isFinished, podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

const DEFAULT = 'default-scheduler';
/** A scheduler needs a moment; one that has not said a word in a minute does not see the pod. */
const SILENCE_MS = 60_000;

export const schedulerNameUnknown = defineRule({
  id: 'scheduler-name-unknown',
  code: 'SchedulerNameUnknown',
  summary: 'the pod names a scheduler that does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'unavailable'],
  needs: ['pods'],
  references: [
    { title: 'Kubernetes: Configure Multiple Schedulers', url: 'https://kubernetes.io/docs/tasks/extend-kubernetes/configure-multiple-schedulers/' },
  ],

  async judge(workload, ask, { now }) {
    const all = await ask(list('pods', workload.ref.namespace));
    const pods = podsOf(workload, all);
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present' || all.outcome !== 'present') return notApplicable;
    const unseen = pods.data.filter(
      ({ spec, status, metadata }) =>
        (spec.schedulerName ?? DEFAULT) !== DEFAULT &&
        spec.nodeName === undefined &&
        spec.schedulingGates.length === 0 &&
        metadata.deletionTimestamp === undefined &&
        !status.conditions.some(({ type }) => type === 'PodScheduled') &&
        Date.parse(now) - Date.parse(metadata.creationTimestamp ?? now) > SILENCE_MS,
    );
    const [pod] = unseen.filter((one) => !isFinished(one));
    if (!pod) return notApplicable;
    const name = pod.spec.schedulerName ?? '';
    const served = all.data.some(({ spec }) => spec.schedulerName === name && spec.nodeName !== undefined);
    return found(
      served ? 'possible' : 'likely',
      [
        cite(pods, `No scheduler has looked at Pod ${pod.metadata.name}: it has neither a node nor the condition PodScheduled.`, {
          about: podRef(pod),
          excerpt: fields({ schedulerName: name, phase: pod.status.phase, creationTimestamp: pod.metadata.creationTimestamp }),
        }),
      ],
      {
        title: `${workload.ref.name} names scheduler "${name}", which does not answer; the usual one is ${DEFAULT}`,
        explanation: `Each scheduler takes only pods that name it in schedulerName. ${
          served
            ? 'Other pods with this scheduler have a node, so it existed before: it may be down.'
            : 'No pod of this namespace was ever placed by one of that name, so it does not run here, or the name is wrong.'
        }`,
        remedies: [
          look(workload.ref, 'See the pod; a scheduler that looked at it would have left an event.', 'describe', `pod/${pod.metadata.name}`),
          ...rollBack(workload.ref),
          editIt(workload.ref, `Set schedulerName to ${DEFAULT}, or start scheduler ${name}.`),
        ],
        since: pod.metadata.creationTimestamp,
        affects: unseen.map(podRef),
      },
    );
  },
});
