import type { HorizontalPodAutoscaler, PodDisruptionBudget } from '#domain/kubernetes/workload.ts';
import { readConditions, readSelector } from './meta.ts';
import { count, list, number, object, type Raw, text, textOrNumber } from './read.ts';

/** Both autoscaling/v2 and v1; v1's one CPU percentage is told as the v2 metric that means the same. */
export function readAutoscaler(raw: Raw): Pick<HorizontalPodAutoscaler, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const target = object(spec['scaleTargetRef']);
  const [wanted, current] = [number(spec['targetCPUUtilizationPercentage']), number(status['currentCPUUtilizationPercentage'])];
  return {
    spec: {
      scaleTargetRef: { kind: text(target['kind']) ?? '', name: text(target['name']) ?? '', apiVersion: text(target['apiVersion']) },
      minReplicas: number(spec['minReplicas']),
      maxReplicas: count(spec['maxReplicas']),
      metrics: wanted === undefined ? list(spec['metrics'], (metric) => metric) : [cpu({ target: { type: 'Utilization', averageUtilization: wanted } })],
    },
    status: {
      currentReplicas: count(status['currentReplicas']),
      desiredReplicas: count(status['desiredReplicas']),
      lastScaleTime: text(status['lastScaleTime']),
      conditions: readConditions(status['conditions']),
      currentMetrics: current === undefined ? list(status['currentMetrics'], (metric) => metric) : [cpu({ current: { averageUtilization: current } })],
    },
  };
}

function cpu(values: Raw): Raw {
  return { type: 'Resource', resource: { name: 'cpu', ...values } };
}

export function readDisruptionBudget(raw: Raw): Pick<PodDisruptionBudget, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: {
      minAvailable: textOrNumber(spec['minAvailable']),
      maxUnavailable: textOrNumber(spec['maxUnavailable']),
      selector: readSelector(spec['selector']),
    },
    status: {
      currentHealthy: count(status['currentHealthy']),
      desiredHealthy: count(status['desiredHealthy']),
      expectedPods: count(status['expectedPods']),
      disruptionsAllowed: count(status['disruptionsAllowed']),
      conditions: readConditions(status['conditions']),
    },
  };
}
