import { describe, expect, it } from 'vitest';
import type { Container, EnvVar } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { askIn, container, meta, NOW, only, pod, podSpec, service, workload } from '#testing/world.ts';
import { missingService } from './missing-service.ts';

const circumstances = { now: NOW, onset: NOW };

function deployment(name: string, env: readonly EnvVar[] = [], more: Partial<Container> = {}): Deployment {
  const labels = { app: name };
  return {
    kind: 'Deployment',
    metadata: meta(name),
    spec: {
      replicas: 1,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { metadata: meta('', { labels }), spec: podSpec({ containers: [container('app', { env, ...more })] }) },
      strategy: {},
    },
    status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1, unavailableReplicas: 0, conditions: [] },
  };
}

const { subject } = workload('mail', [pod('mail-1', { spec: { containers: [container('app', { ports: [{ containerPort: 8025 }] })] } })]);
const web = deployment('web', [{ name: 'MAIL_ADDR', value: 'mail:25' }]);

describe('missing-service', () => {
  it('finds a workload that is called by a name without a Service', async () => {
    const verdict = only(await missingService.judge(subject, askIn({ services: [service('web')], deployments: [web, deployment('mail')] }), circumstances));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { subject: { kind: 'Service', name: 'mail' } } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toBe('kubectl -n shop expose deployment/mail --port=25 --target-port=8025');
  });

  it('says nothing when the Service is there, or nobody calls the workload', async () => {
    expect(await missingService.judge(subject, askIn({ services: [service('mail')], deployments: [web] }), circumstances)).toEqual([]);
    expect(await missingService.judge(subject, askIn({ services: [service('web')], deployments: [deployment('web')] }), circumstances)).toEqual([]);
  });

  it('does not apply when Services cannot be listed', async () => {
    expect(await missingService.judge(subject, askIn({ gaps: { services: 'forbidden' } }), circumstances)).toEqual([]);
  });
});
