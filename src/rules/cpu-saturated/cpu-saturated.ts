import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, type Verdict } from '../rule.ts';
import { cores, cpuUseOf, isAtLimit } from '../support/cpu-use.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { fix, hasTemplate, look } from '../support/workload-edits.ts';
import { saturatedByAlerts } from './saturated-by-alerts.ts';

export const cpuSaturated = defineRule({
  id: 'cpu-saturated',
  code: 'CpuSaturated',
  summary: 'a container began to use all the processor time that it is allowed, so it answers slowly',
  about: 'Workload',
  role: 'cause',
  symptoms: ['slow', 'saturated', 'errors', 'not-ready'],
  needs: ['pods', 'metrics', 'alerts'],
  references: [
    { title: 'Kubernetes: Resource Management for Pods and Containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' },
    { title: 'Linux: CFS Bandwidth Control', url: 'https://docs.kernel.org/scheduler/sched-bwc.html' },
  ],

  async judge(workload, ask, circumstances) {
    const { ref } = workload;
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    if (pods.outcome !== 'present' || pods.data.length === 0 || ref.namespace === undefined) return notApplicable;
    const uses = await cpuUseOf(ref.namespace, pods.data, ask, circumstances);
    if (!uses) return saturatedByAlerts(workload, pods.data, ask);
    const saturated = uses.filter((use) => use.rise && isAtLimit(use));
    const [first] = saturated.toSorted((left, right) => right.high - left.high);
    if (!first?.rise) return uses[0] ? ruledOut(uses[0].fact, `No container of ${ref.name} began to use more processor time up to its limit.`) : notApplicable;

    const { rise, container, limit, throttled, pod } = first;
    const kept = throttled?.rise;
    const allowed = limit === undefined ? '' : ` of its limit of ${cores(limit)}`;
    return found(
      kept ? 'certain' : 'likely',
      [
        cite(first.fact, `Container ${container} went from ${cores(rise.before)} to ${cores(rise.after)}${allowed}.`, {
          about: podRef(pod),
          excerpt: `rate(container_cpu_usage_seconds_total{pod="${pod.metadata.name}",container="${container}"}): ${rise.before.toFixed(3)} before, ${rise.after.toFixed(3)} from ${rise.since}`,
        }),
        ...(kept && first.throttledFact
          ? [
              cite(first.throttledFact, `The kernel kept it from running for up to ${kept.after.toFixed(2)} s of each second.`, {
                about: podRef(pod),
                excerpt: `rate(container_cpu_cfs_throttled_seconds_total): ${kept.before.toFixed(3)} before, ${kept.after.toFixed(3)} from ${kept.since}`,
              }),
            ]
          : []),
      ],
      {
        title: `Container ${container} of ${ref.name} uses all the CPU it is allowed: ${cores(rise.before)} before, ${cores(rise.after)}${allowed} since ${rise.since.slice(11, 16)} UTC`,
        explanation: `At its CPU limit the kernel stops a container for the rest of each period, so everything it does takes longer, for ${saturated.length} of ${pods.data.length} pods. Either it has more to do (more requests, a runaway loop, a job beside it), or the limit is too low for the work it always had.`,
        remedies: [
          look('See what uses the processor now.', kubectl(ref, 'top', 'pods', '--containers', '--sort-by=cpu')),
          fix(
            'If the load is right, raise the CPU limit or add replicas; if not, find what the program spends its time on.',
            limit !== undefined && hasTemplate(ref)
              ? kubectl(ref, 'set', 'resources', objectArg(ref), '-c', container, `--limits=cpu=${Math.ceil(limit * 2000)}m`)
              : kubectl(ref, 'describe', objectArg(ref)),
            limit !== undefined && hasTemplate(ref) ? 'medium' : 'none',
          ),
        ],
        since: rise.since,
        affects: saturated.map((use) => podRef(use.pod)),
      },
    ) satisfies Verdict;
  },
});
