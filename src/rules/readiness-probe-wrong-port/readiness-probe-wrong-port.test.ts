import { expect, it } from 'vitest';
import { wrongPortContract } from '#testing/probe-contracts.ts';
import { judgeProbe, probedPod } from '#testing/probed-pod.ts';
import { only } from '#testing/world.ts';
import { readinessProbeWrongPort } from './readiness-probe-wrong-port.ts';

wrongPortContract('readiness', readinessProbeWrongPort);

it('reads the port of a command, and corrects it in the command', async () => {
  const one = probedPod('readiness', { exec: { command: ['pg_isready', '-U', 'shop', '-p', '5433'] } }, { ports: [{ containerPort: 5432 }] });
  const logs = { 'shop/web-1/app': ['LOG:  listening on IPv4 address "0.0.0.0", port 5432'] };
  const verdict = only(await judgeProbe(readinessProbeWrongPort, 'readiness', one, '/var/run/postgresql:5433 - no response', { logs }));
  expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain' });
  expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"-p","5432"');
});
