import { describe, expect, it } from 'vitest';
import { deployed } from '#testing/failing-client.ts';
import { askIn, container, NOW, only, pod, service, workload } from '#testing/world.ts';
import { missingService } from './missing-service.ts';

const circumstances = { now: NOW, onset: NOW };

const { subject } = workload('mail', [pod('mail-1', { spec: { containers: [container('app', { ports: [{ containerPort: 8025 }] })] } })]);
const web = deployed('web', [{ name: 'MAIL_ADDR', value: 'mail:25' }]);

describe('missing-service', () => {
  it('finds a workload that is called by a name without a Service', async () => {
    const verdict = only(await missingService.judge(subject, askIn({ services: [service('web')], deployments: [web, deployed('mail')] }), circumstances));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { subject: { kind: 'Service', name: 'mail' } } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toBe('kubectl -n shop expose deployment/mail --port=25 --target-port=8025');
  });

  it('says nothing when the Service is there, or nobody calls the workload', async () => {
    expect(await missingService.judge(subject, askIn({ services: [service('mail')], deployments: [web] }), circumstances)).toEqual([]);
    expect(await missingService.judge(subject, askIn({ services: [service('web')], deployments: [deployed('web')] }), circumstances)).toEqual([]);
  });

  it('does not apply when Services cannot be listed', async () => {
    expect(await missingService.judge(subject, askIn({ gaps: { services: 'forbidden' } }), circumstances)).toEqual([]);
  });
});
