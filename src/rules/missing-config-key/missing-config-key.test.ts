import { describe, expect, it } from 'vitest';
import { circumstances, configMap, podIn, secret } from '#testing/objects.ts';
import { askIn, container, event, only, pod, workload } from '#testing/world.ts';
import { missingConfigKey } from './missing-config-key.ts';

const env = [{ name: 'DB_HOST', valueFrom: { configMapKeyRef: { name: 'settings', key: 'db-host' } } }];
const spec = { containers: [container('app', { env })] };
const stuck = (message = "couldn't find key db-host in ConfigMap shop/settings", labels = {}) =>
  podIn(
    'checkout-2',
    { waiting: { reason: 'CreateContainerConfigError', message } },
    { spec, metadata: { labels, creationTimestamp: '2026-03-01T11:50:00Z' } },
  );

describe('missing-config-key', () => {
  it('is certain when the kubelet says so and the object lacks the key', async () => {
    const { subject, pods } = workload('checkout', [stuck()]);
    const verdict = only(await missingConfigKey.judge(subject, askIn({ pods, configmaps: [configMap('settings', { 'db-hosts': 'x' })] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('has no key db-host'), subject: { kind: 'Deployment' } },
    });
    expect(verdict).toMatchObject({ claim: { title: expect.stringContaining('there is db-hosts') } });
  });

  it('blames the object when pods of the same template had started before it changed', async () => {
    const labels = { 'pod-template-hash': 'abc' };
    const { subject, pods } = workload('checkout', [pod('checkout-1', { spec, metadata: { labels } }), stuck(undefined, labels)]);
    const changed = configMap('settings', {}, { managedFields: [{ manager: 'kubectl', time: '2026-03-01T11:45:00Z' }] });
    expect(only(await missingConfigKey.judge(subject, askIn({ pods, configmaps: [changed] }), circumstances))).toMatchObject({
      claim: { subject: { kind: 'ConfigMap', name: 'settings' } },
    });
  });

  it('knows keys of Secrets in volumes', async () => {
    const volumes = [{ name: 'tls', secret: { secretName: 'cert', items: [{ key: 'tls.crt', path: 'a' }] } }];
    const { subject, pods } = workload('checkout', [podIn('checkout-1', { waiting: { reason: 'ContainerCreating' } }, { spec: { volumes } })]);
    const events = [event(pods[0]!, 'FailedMount', 'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.crt')];
    expect(only(await missingConfigKey.judge(subject, askIn({ pods, events, secrets: [secret('cert', ['tls.key'])] }), circumstances))).toMatchObject({
      confidence: 'certain',
    });
  });

  it('leaves a missing object to its own rule', async () => {
    const { subject, pods } = workload('checkout', [stuck('configmap "settings" not found')]);
    expect(only(await missingConfigKey.judge(subject, askIn({ pods }), circumstances))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('is ruled out when the key is there by now', async () => {
    const { subject, pods } = workload('checkout', [stuck()]);
    expect(only(await missingConfigKey.judge(subject, askIn({ pods, configmaps: [configMap('settings', { 'db-host': 'x' })] }), circumstances))).toMatchObject({
      verdict: 'ruled-out',
    });
  });

  it('is undecided when the object may not be read and nobody says anything', async () => {
    const { subject, pods } = workload('checkout', [stuck('')]);
    expect(only(await missingConfigKey.judge(subject, askIn({ pods, gaps: { configmaps: 'forbidden' } }), circumstances))).toMatchObject({
      verdict: 'undecided',
    });
  });
});
