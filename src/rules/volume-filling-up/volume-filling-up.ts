import type { Evidence } from '#domain/evidence.ts';
import { list, type Series } from '#domain/question.ts';
import { formatBytes } from '#lib/quantity.ts';
import { tidy } from '#lib/series.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { kubectl } from '../support/kubectl.ts';
import { inCluster } from '../support/metric-questions.ts';
import { look } from '../support/remedies.ts';
import { fix } from '../support/workload-edits.ts';

/** Less is left than writers need for their own upkeep; it is also where the usual alert turns critical. */
const LITTLE = 0.03;
const LASTING_SAMPLES = 4;

export const volumeFillingUp = defineRule({
  id: 'volume-filling-up',
  code: 'VolumeFillingUp',
  summary: 'the volume of a claim is nearly full',
  about: 'PersistentVolumeClaim',
  role: 'cause',
  symptoms: ['volume-trouble', 'errors', 'restarting', 'not-ready'],
  needs: ['pods', 'metrics'],
  references: [
    {
      title: 'Kubernetes: Expanding Persistent Volumes Claims',
      url: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims',
    },
  ],

  async judge({ ref, object }, ask, circumstances) {
    if (object.status.phase !== 'Bound') return notApplicable;
    for (const [unit, left, all] of [
      ['space', 'kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'],
      ['files', 'kubelet_volume_stats_inodes_free', 'kubelet_volume_stats_inodes'],
    ] as const) {
      const free = await ask(inCluster(left, circumstances));
      const room = lastOf(free, ref.namespace, ref.name);
      if (free.outcome !== 'present' || room.length < LASTING_SAMPLES) continue;
      const total = lastOf(await ask(inCluster(all, circumstances)), ref.namespace, ref.name).at(-1) ?? 0;
      const now = room.at(-1) ?? 0;
      if (total <= 0 || room.some((value) => value >= LITTLE * total)) continue;
      const pods = await ask(list('pods', ref.namespace));
      const users =
        pods.outcome === 'present' ? pods.data.filter(({ spec }) => spec.volumes.some((volume) => volume.persistentVolumeClaim?.claimName === ref.name)) : [];
      const figure = unit === 'space' ? `${formatBytes(now)} of ${formatBytes(total)}` : `${now} of ${total} files`;
      return found(
        'likely',
        [cite(free, `${figure} are left on the volume of claim ${ref.name}.`, { about: ref, excerpt: `${left}{persistentvolumeclaim="${ref.name}"} ${now}` })],
        {
          title: `The volume of claim ${ref.name} is nearly full: ${figure} left`,
          explanation: 'A program that cannot write stops or refuses changes, and a database may not start again without room for its journal.',
          remedies: [
            look(ref, 'See the claim, and whether its class can grow volumes.', 'describe', `persistentvolumeclaim/${ref.name}`),
            fix(
              'Ask for a larger volume (spec.resources.requests.storage), or delete what is not needed.',
              kubectl(ref, 'edit', `persistentvolumeclaim/${ref.name}`),
              'low',
            ),
          ],
          affects: users.slice(0, 50).map(({ metadata }) => ({ kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid })),
        },
      );
    }
    return notApplicable;
  },
});

function lastOf(evidence: Evidence<readonly Series[]>, namespace: string | undefined, claim: string): readonly number[] {
  if (evidence.outcome !== 'present') return [];
  const own = evidence.data.find(({ labels }) => labels['persistentvolumeclaim'] === claim && labels['namespace'] === namespace);
  return tidy(own?.samples ?? [])
    .slice(-LASTING_SAMPLES)
    .map(({ value }) => value);
}
