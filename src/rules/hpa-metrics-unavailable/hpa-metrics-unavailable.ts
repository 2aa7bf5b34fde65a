import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { secondsBetween } from '../support/instants.ts';
import { editIt, look } from '../support/remedies.ts';

/** Fresh pods have no metrics yet. */
const PATIENCE_SECONDS = 300;

export const hpaMetricsUnavailable = defineRule({
  id: 'hpa-metrics-unavailable',
  code: 'HpaMetricsUnavailable',
  summary: 'an autoscaler cannot read the metrics that it scales by',
  about: 'HorizontalPodAutoscaler',
  role: 'cause',
  symptoms: ['autoscaling', 'saturated', 'slow'],
  needs: ['apiservices'],
  references: [
    {
      title: 'Kubernetes: Horizontal Pod Autoscaling',
      url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#support-for-metrics-apis',
    },
  ],

  async judge({ ref, object, seenIn }, ask, { now }) {
    const active = object.status.conditions.find(({ type }) => type === 'ScalingActive');
    if (active?.status !== 'False' || !/^Failed|InvalidMetric/i.test(active.reason ?? ''))
      return active ? ruledOut(seenIn, `Autoscaler ${ref.name} reads its metrics.`) : notApplicable;
    const lasted = secondsBetween(active.lastTransitionTime, now);
    if (lasted !== undefined && lasted < PATIENCE_SECONDS) return notApplicable;

    const { scaleTargetRef } = object.spec;
    const target = { kind: scaleTargetRef.kind, namespace: ref.namespace, name: scaleTargetRef.name };
    const message = active.message ?? '';
    const [, resource, container] = /missing request for (\S+?)(?: in container (\S+))?(?: of Pod| *$)/i.exec(message) ?? [];
    const apis = await ask(list('apiservices'));
    const down =
      apis.outcome === 'present'
        ? apis.data.find(
            ({ metadata, status }) =>
              metadata.name.endsWith('.metrics.k8s.io') &&
              apiOf(active.reason) === metadata.name.split('.').slice(1).join('.') &&
              status.conditions.some((it) => it.type === 'Available' && it.status !== 'True'),
          )
        : undefined;
    const condition = down?.status.conditions.find(({ type }) => type === 'Available');
    return found(
      resource || down ? 'certain' : 'likely',
      [
        cite(seenIn, `Autoscaler ${ref.name} cannot read its metrics.`, {
          about: ref,
          excerpt: fields({ reason: active.reason, message, since: active.lastTransitionTime }),
        }),
        ...(down && apis.outcome === 'present'
          ? [cite(apis, `${down.metadata.name} is not available.`, { excerpt: fields({ reason: condition?.reason, message: condition?.message }) })]
          : []),
      ],
      {
        title: resource
          ? `Autoscaler ${ref.name} scales by ${resource}, but container ${container ?? 'of its pods'} of ${target.name} has no ${resource} request`
          : down
            ? `Autoscaler ${ref.name} has no metrics: API ${down.metadata.name} is not available (${condition?.reason ?? 'no reason given'})`
            : `Autoscaler ${ref.name} cannot read its metrics (${active.reason}): ${displayLine(message, 160)}`,
        explanation: resource
          ? 'Utilisation is a share of the request; without a request on every container there is none, and the autoscaler does nothing.'
          : 'Without metrics the autoscaler leaves the replicas as they are, however great the load. They come from metrics-server (CPU, memory) or from an adapter (custom, external).',
        ...(resource ? { subject: target } : down ? { subject: { kind: 'APIService', name: down.metadata.name } } : {}),
        remedies: [
          look(ref, 'See what the autoscaler says.', 'describe', `hpa/${ref.name}`),
          ...(resource
            ? [editIt(target, `Set resources.requests.${resource} on every container.`)]
            : [look({ kind: 'APIService', name: '' }, 'See which metrics APIs there are and whether they answer.', 'get', 'apiservices')]),
        ],
        since: active.lastTransitionTime,
        affects: [ref, target],
      },
    );
  },
});

/** The API that the failed reading needs. */
function apiOf(reason = ''): string {
  if (/External/i.test(reason)) return 'external.metrics.k8s.io';
  return /Pods|Object/i.test(reason) ? 'custom.metrics.k8s.io' : 'metrics.k8s.io';
}
