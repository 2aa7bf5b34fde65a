import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { alertedCpu } from '../support/cpu-by-alerts.ts';
import { cores, cpuUseOf, isHeldBack } from '../support/cpu-use.ts';
import { secondsBetween } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { latenciesOf } from '../support/latencies.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { fix, hasTemplate, look } from '../support/workload-edits.ts';
import { throttledByAlerts } from './throttled-by-alerts.ts';

/** A fifth of the time is what a person notices. */
const MUCH = 0.2;
/** A pod that has run for this long before the trouble began is measured as it usually is. */
const SETTLED_SECONDS = 3600;

export const cpuThrottled = defineRule({
  id: 'cpu-throttled',
  code: 'CpuThrottled',
  summary: 'a container is kept from running at its CPU limit for much of the time, without having begun to do more',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['slow', 'saturated'],
  needs: ['pods', 'metrics', 'alerts'],
  references: [{ title: 'Linux: CFS Bandwidth Control', url: 'https://docs.kernel.org/scheduler/sched-bwc.html' }],

  async judge(workload, ask, circumstances) {
    const { ref } = workload;
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    if (pods.outcome !== 'present' || pods.data.length === 0 || ref.namespace === undefined) return notApplicable;
    const uses = await cpuUseOf(ref.namespace, pods.data, ask, circumstances);
    if (!uses) return throttledByAlerts(workload, pods.data, ask);
    const [worst] = uses
      .filter(({ throttled, rise }) => !rise && throttled && throttled.high >= MUCH)
      .toSorted((left, right) => (right.throttled?.high ?? 0) - (left.throttled?.high ?? 0));
    if (!worst?.throttled || !worst.throttledFact) return notApplicable;
    const { pod, container, limit, throttled, high } = worst;
    const slow = (await latenciesOf(ask, circumstances)).find(
      (one) => one.service === ref.name && (one.namespace === undefined || one.namespace === ref.namespace) && one.rise,
    );
    // As long as it is measured it was so, in a pod that ran well before the trouble began: what is as ever explains nothing new, unless an alert is about it.
    const asEver =
      !slow && !isHeldBack(worst) && !throttled.rise && (secondsBetween(pod.metadata.creationTimestamp, circumstances.onset) ?? 0) > SETTLED_SECONDS;
    if (asEver && !(await alertedCpu(workload, pods.data, ask))?.throttled.length)
      return ruledOut(worst.throttledFact, `Container ${container} is throttled for ${Math.round(throttled.high * 100)}% of the time, as it was before.`);
    return found(
      slow && isHeldBack(worst) ? 'likely' : 'possible',
      [
        cite(worst.throttledFact, `Container ${container} was kept from running for ${Math.round(throttled.high * 100)}% of the time.`, {
          about: podRef(pod),
          excerpt: `throttled{pod="${pod.metadata.name}",container="${container}"} = ${throttled.high.toFixed(3)}`,
        }),
        ...(slow?.rise
          ? [cite(slow.fact, `${ref.name} answers in ${Math.round(slow.rise.after)} ms instead of ${Math.round(slow.rise.before)} ms.`, { about: ref })]
          : []),
      ],
      {
        title: `Container ${container} of ${ref.name} is throttled at its CPU limit${limit === undefined ? '' : ` of ${cores(limit)}`} (it uses ${cores(high)})`,
        explanation: slow
          ? 'Throttling delays whatever the container does, and its answers became slow. It does not use more than before: its limit is too low for what it does, or was lowered.'
          : 'Throttling delays whatever the container does. It has not begun to use more, so this may have been so for long: it matters if answers are slow too.',
        remedies: [
          look('See what it uses now.', kubectl(ref, 'top', 'pods', '--containers', '--sort-by=cpu')),
          fix(
            'Raise or remove its CPU limit, if its answers are slow.',
            limit !== undefined && hasTemplate(ref)
              ? kubectl(ref, 'set', 'resources', objectArg(ref), '-c', container, `--limits=cpu=${Math.ceil(limit * 2000)}m`)
              : kubectl(ref, 'describe', objectArg(ref)),
            'medium',
          ),
        ],
        since: slow?.rise?.since,
        affects: [podRef(pod)],
      },
    );
  },
});
