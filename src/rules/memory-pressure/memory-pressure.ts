import { list } from '#domain/question.ts';
import { formatBytes, parseQuantity } from '#lib/quantity.ts';
import { tidy } from '#lib/series.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { ofContainers } from '../support/metric-questions.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editWorkload, fix, look } from '../support/workload-edits.ts';
import { pressureByAlerts } from './pressure-by-alerts.ts';

const NEAR = 0.92;
const LASTING_SAMPLES = 4;

export const memoryPressure = defineRule({
  id: 'memory-pressure',
  code: 'MemoryPressure',
  summary: 'a container uses nearly all the memory that its limit allows',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['slow', 'saturated', 'restarting'],
  needs: ['pods', 'metrics', 'alerts'],
  references: [
    { title: 'Kubernetes: Resource Management for Pods and Containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' },
  ],

  async judge(workload, ask, circumstances) {
    const { ref } = workload;
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    if (pods.outcome !== 'present' || pods.data.length === 0 || ref.namespace === undefined) return notApplicable;
    const limited = pods.data.flatMap((pod) =>
      pod.spec.containers.flatMap(({ name, resources }) => {
        const limit = parseQuantity(resources.limits['memory']);
        return limit === undefined || limit <= 0 ? [] : [{ pod, name, limit }];
      }),
    );
    if (limited.length === 0) return notApplicable;
    const sets = await ask(ofContainers('container_memory_working_set_bytes', ref.namespace, circumstances));
    if (sets.outcome !== 'present' || sets.data.length === 0) return pressureByAlerts(workload, pods.data, ask);
    const near = limited.flatMap(({ pod, name, limit }) => {
      const own = sets.data.find(({ labels }) => labels['pod'] === pod.metadata.name && labels['container'] === name);
      const last = tidy(own?.samples ?? []).slice(-LASTING_SAMPLES);
      const used = last.at(-1)?.value ?? 0;
      return last.length === LASTING_SAMPLES && last.every(({ value }) => value >= NEAR * limit) ? [{ pod, name, limit, used }] : [];
    });
    const [worst] = near.toSorted((left, right) => right.used / right.limit - left.used / left.limit);
    if (!worst) return notApplicable;
    const share = Math.round((worst.used / worst.limit) * 100);
    return found(
      'possible',
      [
        cite(sets, `Container ${worst.name} uses ${formatBytes(worst.used)} of ${formatBytes(worst.limit)}.`, {
          about: podRef(worst.pod),
          excerpt: `container_memory_working_set_bytes{pod="${worst.pod.metadata.name}",container="${worst.name}"} ${worst.used}`,
        }),
      ],
      {
        title: `Container ${worst.name} of ${ref.name} uses ${share}% of its memory limit of ${formatBytes(worst.limit)}`,
        explanation:
          'Near its limit a container spends its time on reclaiming memory (garbage collection, re-reading files) and is killed when it asks for more.',
        remedies: [
          look('See what it uses now.', kubectl(ref, 'top', 'pods', '--containers', '--sort-by=memory')),
          fix('Raise its memory limit, or find what it keeps.', editWorkload(ref)),
          look('See its limits.', kubectl(ref, 'describe', objectArg(ref))),
        ],
        affects: near.map(({ pod }) => podRef(pod)),
      },
    );
  },
});
