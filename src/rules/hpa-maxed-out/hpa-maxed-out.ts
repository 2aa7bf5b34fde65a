import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { secondsBetween } from '../support/instants.ts';
import { editIt, look } from '../support/remedies.ts';

/** A peak that passes is what the maximum is for. */
const PATIENCE_SECONDS = 600;

export const hpaMaxedOut = defineRule({
  id: 'hpa-maxed-out',
  code: 'HpaMaxedOut',
  summary: 'an autoscaler wants more replicas than its maximum allows',
  about: 'HorizontalPodAutoscaler',
  role: 'mechanism',
  symptoms: ['autoscaling', 'saturated', 'slow'],
  needs: [],
  references: [{ title: 'Kubernetes: Horizontal Pod Autoscaling', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/' }],

  async judge({ ref, object, seenIn }, _ask, { now }) {
    const { maxReplicas, minReplicas = 1, scaleTargetRef } = object.spec;
    const limited = object.status.conditions.find(({ type }) => type === 'ScalingLimited');
    const atMost = limited?.status === 'True' && limited.reason === 'TooManyReplicas';
    if (!atMost || object.status.desiredReplicas < maxReplicas)
      return ruledOut(seenIn, `Autoscaler ${ref.name} does not want more than its maximum of ${maxReplicas}.`);
    // Fixed on purpose.
    if (minReplicas === maxReplicas) return notApplicable;
    const lasted = secondsBetween(limited.lastTransitionTime, now);
    if (lasted !== undefined && lasted < PATIENCE_SECONDS) return notApplicable;
    const target = { kind: scaleTargetRef.kind, namespace: ref.namespace, name: scaleTargetRef.name };
    return found(
      'certain',
      [
        cite(seenIn, `Autoscaler ${ref.name} is at its maximum and wants more.`, {
          about: ref,
          excerpt: fields({
            maxReplicas,
            currentReplicas: object.status.currentReplicas,
            reason: limited.reason,
            message: limited.message,
            currentMetrics: object.status.currentMetrics,
          }),
        }),
      ],
      {
        title: `Autoscaler ${ref.name} is at its maximum of ${maxReplicas} replicas and would run more of ${scaleTargetRef.name}`,
        explanation:
          'The metric is above its target with all replicas that are allowed. Either there is more load than planned for, or each request costs more than it did: pods that wait for a slow dependency, or that never become ready, count as load too.',
        remedies: [
          look(ref, 'See the metric and its target.', 'describe', `hpa/${ref.name}`),
          editIt(ref, 'Raise maxReplicas, if nodes and dependencies can carry more.'),
        ],
        since: limited.lastTransitionTime,
        affects: [target],
      },
    );
  },
});
