import { describe, expect, it } from 'vitest';
import type { PodSpec } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, service, type World, workload } from '#testing/world.ts';
import { dnsPolicyWrong } from './dns-policy-wrong.ts';

const circumstances = { now: NOW, onset: NOW };
const kubeDns = service('kube-dns', { metadata: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }, spec: { clusterIP: '10.96.0.53' } });

async function judge(more: Partial<PodSpec>, world: Partial<World> = {}, value = 'cart:80') {
  const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { env: [{ name: 'CART_ADDR', value }] })], ...more } })]);
  return dnsPolicyWrong.judge(subject, askIn({ pods, services: [service('cart'), kubeDns], ...world }), circumstances);
}

describe('dns-policy-wrong', () => {
  it("finds pods that ask the node's DNS for Services", async () => {
    expect(only(await judge({ dnsPolicy: 'Default' }))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('dnsPolicy is Default') },
    });
  });

  it('is certain when the log complains of a name', async () => {
    const logs = { 'shop/web-1/app': ['dial tcp: lookup cart on 8.8.8.8:53: no such host'] };
    expect(only(await judge({ dnsPolicy: 'Default' }, { logs }))).toMatchObject({ confidence: 'certain' });
  });

  it("finds a nameserver that is not the cluster's, and missing search domains", async () => {
    const config = (nameservers: readonly string[], searches: readonly string[]) => ({ dnsPolicy: 'None', dnsConfig: { nameservers, searches, options: [] } });
    expect(only(await judge(config(['8.8.8.8'], [])))).toMatchObject({ claim: { title: expect.stringContaining('8.8.8.8') } });
    expect(only(await judge(config(['10.96.0.53'], [])))).toMatchObject({ claim: { title: expect.stringContaining('search domain') } });
    expect(only(await judge(config(['10.96.0.53'], ['shop.svc.cluster.local'])))).toMatchObject({ verdict: 'ruled-out' });
    // Other domains of the cluster complete longer names only.
    expect(only(await judge(config(['10.96.0.53'], ['svc.cluster.local', 'cluster.local'])))).toMatchObject({
      claim: { title: expect.stringContaining('shop.svc.cluster.local') },
    });
    expect(only(await judge(config(['10.96.0.53'], ['svc.cluster.local']), {}, 'cart.shop:80'))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('finds hostAliases that lead a Service astray', async () => {
    const verdict = only(await judge({ hostAliases: [{ ip: '203.0.113.9', hostnames: ['cart'] }] }));
    expect(verdict).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('203.0.113.9') } });
  });

  it('finds hostNetwork without the policy for it', async () => {
    expect(only(await judge({ hostNetwork: true }))).toMatchObject({ verdict: 'found' });
    expect(only(await judge({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not mind pods that call no Service, or use the usual policy', async () => {
    expect(await judge({ dnsPolicy: 'Default' }, {}, 'api.example.com:443')).toEqual([]);
    expect(await judge({})).toEqual([]);
  });

  it('is undecided when Services cannot be listed', async () => {
    expect(only(await judge({ dnsPolicy: 'Default' }, { gaps: { services: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
