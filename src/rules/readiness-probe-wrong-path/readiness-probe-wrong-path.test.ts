import { expect, it } from 'vitest';
import { wrongPathContract } from '#testing/probe-contracts.ts';
import { judgeProbe, probedPod } from '#testing/probed-pod.ts';
import { only } from '#testing/world.ts';
import { readinessProbeWrongPath } from './readiness-probe-wrong-path.ts';

wrongPathContract('readiness', readinessProbeWrongPath);

it('does not make it ask what tells another thing', async () => {
  const asking = (path: string) => ({ httpGet: { port: 8080, path } });
  const one = probedPod('readiness', asking('/ready'), { livenessProbe: { ...asking('/health/liveness'), failureThreshold: 3 } });
  const verdict = only(await judgeProbe(readinessProbeWrongPath, 'readiness', one, 'HTTP probe failed with statuscode: 404'));
  expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).not.toContain('liveness');
});
