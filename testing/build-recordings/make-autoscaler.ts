import { meta } from '../../scripts/scenarios/world.ts';
import { DAY } from './draft.ts';
import type { Draft } from './shape.ts';

/** How an autoscaler of a Deployment stands that has done its work. */
export interface Scaled {
  readonly deployment: string;
  readonly most: number;
  readonly replicas: number;
  /** Minutes since it scaled last. */
  readonly ago: number;
  /** CPU in percent of the request: what it holds, and what there is. */
  readonly target: number;
  readonly now: number;
  /** The same as an amount for each pod. */
  readonly amount: string;
}

/** An autoscaler that has scaled up, below its most, and has nothing to complain about. */
export function addScaledAutoscaler(draft: Draft, { deployment, most, replicas, ago, target, now, amount }: Scaled): void {
  draft.extras.push(({ world }) => {
    world.add({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: meta(world, 'HorizontalPodAutoscaler', deployment, 50 * DAY, {}),
      spec: {
        minReplicas: 2,
        maxReplicas: most,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment },
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } }],
      },
      status: {
        currentReplicas: replicas,
        desiredReplicas: replicas,
        lastScaleTime: world.ago(ago),
        currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: now, averageValue: amount } } }],
        conditions: [
          { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' },
          {
            type: 'ScalingActive',
            status: 'True',
            reason: 'ValidMetricFound',
            message: 'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
          },
          { type: 'ScalingLimited', status: 'False', reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' },
        ],
      },
    });
  });
}
