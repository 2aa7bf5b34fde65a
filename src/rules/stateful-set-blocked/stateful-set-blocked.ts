import type { Pod } from '#domain/kubernetes/pod.ts';
import type { StatefulSet } from '#domain/kubernetes/workload.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { isReady, podRef, podsOf } from '../support/pods.ts';
import { look } from '../support/remedies.ts';

export const statefulSetBlocked = defineRule({
  id: 'stateful-set-blocked',
  code: 'StatefulSetBlocked',
  summary: 'one pod of a StatefulSet is not ready and holds up all that come after it',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['rollout-stuck', 'not-ready', 'unavailable'],
  needs: ['statefulsets', 'pods'],
  references: [
    {
      title: 'Kubernetes: StatefulSets, Deployment and Scaling Guarantees',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees',
    },
    { title: 'Kubernetes: StatefulSets, Forced rollback', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback' },
  ],

  async judge(workload, ask) {
    if (workload.ref.kind !== 'StatefulSet' || workload.desired === 0) return notApplicable;
    const { namespace, name } = workload.ref;
    const sets = await ask(list('statefulsets', namespace));
    const set = sets.outcome === 'present' ? sets.data.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) : undefined;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (sets.outcome !== 'present' || pods.outcome !== 'present' || !set || set.spec.podManagementPolicy === 'Parallel') return notApplicable;

    const blocker = pods.data.filter((pod) => !isReady(pod)).toSorted((left, right) => ordinalOf(left) - ordinalOf(right))[0];
    if (!blocker) return ruledOut(pods, `Every pod of ${name} is ready.`);
    const { status } = set;
    const missing = workload.desired - pods.data.length;
    const updating = status.updateRevision !== undefined && status.currentRevision !== undefined && status.updateRevision !== status.currentRevision;
    const outdated = isOutdated(blocker, set);
    if (missing <= 0 && !updating) return notApplicable;
    return found(
      outdated ? 'certain' : 'likely',
      [
        cite(pods, `Pod ${blocker.metadata.name} is the first that is not ready.`, {
          about: podRef(blocker),
          excerpt: fields({ phase: blocker.status.phase, ready: false, revision: blocker.metadata.labels['controller-revision-hash'] }),
        }),
        cite(sets, `StatefulSet ${name} has ${pods.data.length} of ${workload.desired} pods${updating ? ', and an update under way' : ''}.`, {
          about: workload.ref,
          excerpt: fields({
            replicas: workload.desired,
            readyReplicas: status.readyReplicas,
            currentRevision: status.currentRevision,
            updateRevision: status.updateRevision,
          }),
        }),
      ],
      {
        title: outdated
          ? `Pod ${blocker.metadata.name} is stuck on an old revision and holds up the update of StatefulSet ${name}`
          : `Pod ${blocker.metadata.name} is not ready and holds up StatefulSet ${name}: ${missing > 0 ? `${missing} pods after it are not created` : 'its update does not go on'}`,
        explanation: outdated
          ? 'A StatefulSet waits for a broken pod to become ready before it replaces it, even when the template is correct by now. The pod must be deleted by hand; it is then made again from the new template.'
          : 'With OrderedReady, pods are made and updated one after the other, and each must be ready first. Why this one is not is told by the pod.',
        remedies: [
          look(workload.ref, 'See why it is not ready.', 'describe', `pod/${blocker.metadata.name}`),
          ...(outdated
            ? [
                {
                  kind: 'fix' as const,
                  advice: 'Delete the pod; it is made again from the new template, and its volumes are kept.',
                  command: kubectl(workload.ref, 'delete', `pod/${blocker.metadata.name}`),
                  risk: 'medium' as const,
                },
              ]
            : []),
        ],
        since: blocker.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? blocker.metadata.creationTimestamp,
        affects: [podRef(blocker), workload.ref],
      },
    );
  },
});

/** The number at the end of the name; pods without one come last. */
function ordinalOf({ metadata }: Pod): number {
  return Number(/-(\d{1,9})$/.exec(metadata.name)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

/** Made from a revision that is neither wanted nor the one before: the template was corrected after it had failed. */
function isOutdated({ metadata }: Pod, { status }: StatefulSet): boolean {
  const revision = metadata.labels['controller-revision-hash'];
  return revision !== undefined && status.updateRevision !== undefined && revision !== status.updateRevision && revision !== status.currentRevision;
}
