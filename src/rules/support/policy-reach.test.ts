import { describe, expect, it } from 'vitest';
import type { NetworkPolicy, NetworkPolicyPeer } from '#domain/kubernetes/network.ts';
import { meta } from '#testing/world.ts';
import { policiesFor, reachBy } from './policy-reach.ts';

const web = { namespace: 'shop', labels: { app: 'web' }, addresses: ['10.0.0.7'] };
const any = { matchLabels: {}, matchExpressions: [] };
function policy(peers: readonly NetworkPolicyPeer[], spec: Partial<NetworkPolicy['spec']> = {}): NetworkPolicy {
  return {
    kind: 'NetworkPolicy',
    metadata: meta('one'),
    spec: { podSelector: any, policyTypes: ['Ingress'], ingress: [{ ports: [], peers }], egress: [], ...spec },
  };
}
const reach = (policies: readonly NetworkPolicy[]) => reachBy(policies, 'Ingress', web, 8080, 'TCP', undefined, undefined);

describe('reachBy', () => {
  it('is open without policies and with a rule for everybody', () => {
    expect(reach([])).toBe('open');
    expect(reach([policy([])])).toBe('open');
  });

  it('is closed without a rule, or with rules for others', () => {
    expect(reach([policy([], { ingress: [] })])).toBe('closed');
    expect(reach([policy([{ podSelector: { matchLabels: { app: 'other' }, matchExpressions: [] } }])])).toBe('closed');
    expect(reach([policy([{ ipBlock: { cidr: '192.168.0.0/16', except: [] } }])])).toBe('closed');
    expect(reach([policy([{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/24'] } }])])).toBe('closed');
  });

  it('knows ranges of ports and the name of the namespace', () => {
    expect(reach([policy([], { ingress: [{ ports: [{ port: 8000, endPort: 8100 }], peers: [] }] })])).toBe('open');
    expect(reach([policy([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' }, matchExpressions: [] } }])])).toBe('open');
  });

  it('does not know what the labels of a namespace that cannot be read decide', () => {
    expect(reach([policy([{ namespaceSelector: { matchLabels: { team: 'a' }, matchExpressions: [] } }])])).toBe('unknown');
  });
});

it('takes policyTypes as they are meant when they are left out', () => {
  const one = policy([], { policyTypes: [] });
  expect(policiesFor(web, 'Ingress', [one])).toHaveLength(1);
  expect(policiesFor(web, 'Egress', [one])).toHaveLength(0);
});
