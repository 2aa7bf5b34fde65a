import { describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '#domain/kubernetes/network.ts';
import { askIn, container, meta, NOW, only, pod, service, type World, workload } from '#testing/world.ts';
import { networkPolicyBlocks } from './network-policy-blocks.ts';

const circumstances = { now: NOW, onset: NOW };
const TIMEOUT = ['dial tcp 10.96.0.10:80: i/o timeout'];
const selecting = (app: string) => ({ matchLabels: { app }, matchExpressions: [] });
function policy(name: string, spec: Partial<NetworkPolicy['spec']>, creationTimestamp = '2026-03-01T11:30:00Z'): NetworkPolicy {
  return {
    kind: 'NetworkPolicy',
    metadata: meta(name, { creationTimestamp }),
    spec: { podSelector: selecting('cart'), policyTypes: ['Ingress'], ingress: [], egress: [], ...spec },
  };
}
const cart = pod('cart-1', {
  metadata: { labels: { app: 'cart' } },
  spec: { containers: [container('app', { ports: [{ containerPort: 8080 }] })] },
  status: { podIP: '10.0.0.9' },
});

async function judge(policies: readonly NetworkPolicy[], log: readonly string[] = [], world: Partial<World> = {}) {
  const { subject, pods } = workload('web', [
    pod('web-1', {
      spec: { containers: [container('app', { env: [{ name: 'CART_ADDR', value: 'cart:80' }] })] },
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    }),
  ]);
  return networkPolicyBlocks.judge(
    subject,
    askIn({ pods: [...pods, cart], services: [service('cart')], networkpolicies: policies, logs: { 'shop/web-1/app': log }, ...world }),
    circumstances,
  );
}

describe('network-policy-blocks', () => {
  it('is certain when nothing lets the caller in and it complains', async () => {
    expect(only(await judge([policy('deny-all', {})], TIMEOUT))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { subject: { kind: 'NetworkPolicy', name: 'deny-all' }, title: expect.stringContaining('in to cart (port 8080)') },
    });
  });

  it('knows a dependency whose address only its complaint tells', async () => {
    const { subject, pods } = workload('web', [
      pod('web-1', { spec: { containers: [container('app')] }, status: { conditions: [{ type: 'Ready', status: 'False' }] } }),
    ]);
    const world = askIn({
      pods: [...pods, cart],
      services: [service('cart')],
      networkpolicies: [policy('cart', {})],
      logs: { 'shop/web-1/app': ['dial tcp: dial cart:80: i/o timeout', 'Get "http://cart:80/": dial tcp 10.96.0.10:80: i/o timeout'] },
    });
    expect(only(await networkPolicyBlocks.judge(subject, world, circumstances))).toMatchObject({ confidence: 'certain', claim: { subject: { name: 'cart' } } });
  });

  it('takes a driver that names no host for a complaint about the one store of its kind', async () => {
    const db = pod('db-1', {
      metadata: { labels: { app: 'db' } },
      spec: { containers: [container('app', { ports: [{ containerPort: 3306 }] })] },
      status: { podIP: '10.0.0.9' },
    });
    const { subject, pods } = workload('web', [
      pod('web-1', {
        spec: { containers: [container('app', { env: [{ name: 'DB_URL', value: 'jdbc:mysql://db:3306/shop' }] })] },
        status: { conditions: [{ type: 'Ready', status: 'False' }] },
      }),
    ]);
    const world: World = {
      pods: [...pods, db],
      services: [service('db', { spec: { ports: [{ port: 3306, targetPort: 3306, protocol: 'TCP' }] } })],
      networkpolicies: [policy('deny-all', { podSelector: selecting('db') })],
      logs: { 'shop/web-1/app': ['ERROR com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure'] },
    };
    expect(only(await networkPolicyBlocks.judge(subject, askIn(world), circumstances))).toMatchObject({ verdict: 'found', confidence: 'certain' });
  });

  describe('of another namespace', () => {
    const data = (name: string) => ({ ...meta(name), namespace: 'data' });
    const db = { ...cart, metadata: { ...cart.metadata, ...data('db-1'), labels: { app: 'db' } } };
    const dbService = { ...service('db', { spec: { ports: [{ port: 5432, targetPort: 8080 }], selector: { app: 'db' } } }) };
    const lets = (ingress: NetworkPolicy['spec']['ingress']): NetworkPolicy => {
      const one = policy('db', { podSelector: selecting('db'), ingress });
      return { ...one, metadata: { ...one.metadata, namespace: 'data' } };
    };
    const calling = async (rules: NetworkPolicy['spec']['ingress']) => {
      const env = [{ name: 'DB_URL', value: 'postgres://db.data.svc.cluster.local:5432/shop' }];
      const one = pod('web-1', { spec: { containers: [container('app', { env })] }, status: { conditions: [{ type: 'Ready', status: 'False' }] } });
      const { subject, pods } = workload('web', [one]);
      const namespaces = ['shop', 'data'].map((name) => ({ kind: 'Namespace', metadata: meta(name), status: { phase: 'Active', conditions: [] } }));
      const world = askIn({
        pods: [...pods, db],
        services: [service('cart'), { ...dbService, metadata: { ...dbService.metadata, namespace: 'data' } }],
        networkpolicies: [lets(rules)],
        namespaces,
        logs: {
          'shop/web-1/app': [
            'dial tcp: lookup ok',
            'failed to connect to `host=db.data.svc.cluster.local user=app`: dial error: timeout: context deadline exceeded',
          ],
        },
      });
      return networkPolicyBlocks.judge(subject, world, circumstances);
    };
    const anyPod = { podSelector: { matchLabels: {}, matchExpressions: [] } };

    it('judges who is let in there: a selector of pods alone means those of that namespace', async () => {
      expect(only(await calling([{ ports: [], peers: [anyPod] }]))).toMatchObject({
        verdict: 'found',
        claim: { subject: { kind: 'NetworkPolicy', namespace: 'data', name: 'db' }, title: expect.stringContaining('in to db (port 8080)') },
      });
    });

    it('is ruled out when namespaces are let in', async () => {
      const everywhere = { namespaceSelector: { matchLabels: {}, matchExpressions: [] } };
      expect(only(await calling([{ ports: [], peers: [everywhere] }]))).toMatchObject({ verdict: 'ruled-out' });
    });
  });

  it('is only possible for a new policy that nobody complains of', async () => {
    expect(only(await judge([policy('deny-all', {})]))).toMatchObject({ confidence: 'possible' });
  });

  it('is undecided about one that has been lived with', async () => {
    expect(only(await judge([policy('deny-all', {}, '2025-12-01T00:00:00Z')]))).toMatchObject({ verdict: 'undecided' });
  });

  it('adds policies up: one that lets the caller in is enough', async () => {
    const allow = policy('allow-web', { ingress: [{ ports: [{ port: 8080 }], peers: [{ podSelector: selecting('web') }] }] });
    expect(only(await judge([policy('deny-all', {}), allow], TIMEOUT))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('sees a port that is left out', async () => {
    const other = policy('allow-web', { ingress: [{ ports: [{ port: 9090 }], peers: [{ podSelector: selecting('web') }] }] });
    expect(only(await judge([other], TIMEOUT))).toMatchObject({ verdict: 'found' });
  });

  it('finds egress that forgets the DNS', async () => {
    const outward = policy('web-out', { podSelector: selecting('web'), policyTypes: ['Egress'], egress: [{ ports: [{ port: 8080 }], peers: [] }] });
    expect(only(await judge([outward], ['dial tcp: lookup cart: i/o timeout']))).toMatchObject({ claim: { title: expect.stringContaining('DNS') } });
  });

  it('does not apply without policies, and not when they cannot be listed', async () => {
    expect(await judge([])).toEqual([]);
    expect(await judge([], [], { gaps: { networkpolicies: 'forbidden' } })).toEqual([]);
  });
});
