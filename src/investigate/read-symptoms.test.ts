import { describe, expect, it } from 'vitest';
import { readSymptoms } from './read-symptoms.ts';

const of = (alertname: string, more: { annotations?: Record<string, string>; expression?: string } = {}) =>
  readSymptoms({ labels: { alertname }, annotations: more.annotations ?? {}, expression: more.expression });

describe('what the trouble looks like', () => {
  it.each([
    ['KubePodCrashLooping', 'restarting'],
    ['PodOOMKilled', 'restarting'],
    ['KubePodNotReady', 'not-ready'],
    ['KubeContainerWaiting', 'pending'],
    ['KubeDeploymentReplicasMismatch', 'unavailable'],
    ['KubeDeploymentRolloutStuck', 'rollout-stuck'],
    ['KubeJobFailed', 'job-failed'],
    ['KubeHpaMaxedOut', 'autoscaling'],
    ['KubeQuotaExceeded', 'quota'],
    ['CPUThrottlingHigh', 'saturated'],
    ['HighCPUUsage', 'saturated'],
    ['KubePersistentVolumeFillingUp', 'volume-trouble'],
    ['KubeNodeNotReady', 'node-trouble'],
    ['NodeFilesystemAlmostOutOfSpace', 'node-trouble'],
    ['TargetDown', 'target-down'],
    ['KubeAPIErrorBudgetBurn', 'control-plane'],
    ['etcdNoLeader', 'control-plane'],
    ['KubeletClientCertificateExpiration', 'certificate'],
    ['HighErrorRate', 'errors'],
    ['HighLatency', 'slow'],
    ['CheckoutResponseTimeP99', 'slow'],
  ])('%s: %s', (alertname, symptom) => {
    expect(of(alertname)).toContain(symptom);
  });

  it('is read from the expression when the name does not tell', () => {
    expect(of('CheckoutUnhappy', { expression: 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 2' })).toContain(
      'slow',
    );
    expect(of('Page1', { expression: 'sum(rate(http_requests_total{code=~"5.."}[5m])) > 1' })).toContain('errors');
    expect(of('Page2', { expression: 'up{job="cart"} == 0' })).toContain('target-down');
  });

  it('is read from the words for people when nothing else tells', () => {
    expect(of('Page3', { annotations: { summary: 'The checkout is unavailable' } })).toEqual(['unavailable']);
    expect(of('HighLatency', { annotations: { summary: 'The node is slow' } })).not.toContain('node-trouble');
  });

  it('is unknown when nothing tells', () => {
    expect(of('Page4')).toEqual(['unknown']);
    expect(readSymptoms({ labels: {}, annotations: {} })).toEqual(['unknown']);
  });

  it('is quick on hostile text', () => {
    const began = performance.now();
    of(`${'high'.repeat(50_000)}`, { expression: '{code="'.repeat(20_000), annotations: { summary: 'x '.repeat(100_000) } });
    expect(performance.now() - began).toBeLessThan(500);
  });
});
