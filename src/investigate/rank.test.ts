import { describe, expect, it } from 'vitest';
import type { Finding } from '#domain/finding.ts';
import type { Subject } from '#domain/subject.ts';
import { askIn, NOW, podSpec, seenIn, service, workload } from '#testing/world.ts';
import { rank } from './rank.ts';
import { relate } from './relations.ts';

const circumstances = { now: NOW, onset: NOW };
const everywhere = { focus: [], namespaces: ['shop'], guessed: false };

function finding(code: string, kind: string, name: string, more: Partial<Finding> = {}): Finding {
  return {
    rule: code,
    code,
    title: code,
    explanation: '',
    subject: { kind, namespace: kind === 'Node' ? undefined : 'shop', name },
    confidence: 'likely',
    role: 'cause',
    citations: [],
    remedies: [],
    affects: [],
    ...more,
  };
}

/** frontend calls cart by its Service. */
async function shop() {
  const cart = workload('cart');
  const env = [{ name: 'CART_ADDR', value: 'cart:7070' }];
  const spec = podSpec();
  const frontend = workload('frontend', [], {
    template: {
      metadata: { labels: { app: 'frontend' }, annotations: {}, ownerReferences: [], finalizers: [], managedFields: [] },
      spec: { ...spec, containers: spec.containers.map((one) => ({ ...one, env })) },
    },
  });
  const cartService = service('cart');
  const subjects: readonly Subject[] = [
    cart.subject,
    frontend.subject,
    { kind: 'Service', ref: { kind: 'Service', namespace: 'shop', name: 'cart' }, object: cartService, seenIn },
  ];
  return relate(subjects, askIn({}));
}

describe('ranking', () => {
  it('takes the crash of a caller for a consequence of its broken dependency', async () => {
    const crash = finding('ApplicationCrash', 'Deployment', 'frontend', { role: 'mechanism', confidence: 'certain' });
    const image = finding('ImageNotFound', 'Deployment', 'cart', { confidence: 'certain' });
    const ranking = rank([crash, image], everywhere, await shop(), circumstances);
    expect(ranking.causes).toEqual([image]);
    expect(ranking.consequences).toEqual([crash]);
  });

  it('does not blame the caller for what its dependency does', async () => {
    const caller = finding('ImageNotFound', 'Deployment', 'frontend');
    const callee = finding('OOMKilled', 'Deployment', 'cart');
    expect(rank([caller, callee], everywhere, await shop(), circumstances).causes).toHaveLength(2);
  });

  it('puts what says why before what says how, where both are as strong', async () => {
    const how = finding('A', 'Deployment', 'cart', { role: 'mechanism', confidence: 'likely' });
    const why = finding('B', 'Deployment', 'cart', { role: 'cause', confidence: 'possible' });
    expect(rank([how, why], everywhere, await shop(), circumstances)).toMatchObject({ causes: [why], consequences: [how] });
  });

  it('leaves what the alert is not about out of the causes', async () => {
    const unrelated = finding('OOMKilled', 'Deployment', 'report', { confidence: 'certain' });
    const scope = { ...everywhere, focus: [{ kind: 'Deployment', namespace: 'shop', name: 'frontend' }] };
    expect(rank([unrelated], scope, await shop(), circumstances)).toMatchObject({ causes: [], unrelated: [unrelated] });
  });

  it('prefers what began when the trouble did to what has been so for days', async () => {
    const old = finding('A', 'Deployment', 'cart', { since: '2026-02-20T00:00:00Z' });
    const fresh = finding('B', 'Deployment', 'report', { since: '2026-03-01T11:30:00Z' });
    expect(rank([old, fresh], everywhere, await shop(), circumstances).causes.map(({ code }) => code)).toEqual(['B', 'A']);
  });

  it('never lets what only follows explain a cause or a mechanism, however sure it is', async () => {
    const affects = [{ kind: 'Deployment', namespace: 'shop', name: 'cart' }];
    const sync = finding('ArgoSyncFailed', 'Application', 'checkout', { role: 'consequence', confidence: 'certain', affects, since: '2026-03-01T11:30:00Z' });
    const crash = finding('ApplicationCrash', 'Deployment', 'cart', { role: 'mechanism', confidence: 'possible' });
    expect(rank([sync, crash], everywhere, await shop(), circumstances).causes).toContain(crash);
  });

  it('puts what keeps the pods of a Service away before the silence of that Service, though the alert names the caller', async () => {
    const scope = { ...everywhere, focus: [{ kind: 'Deployment', namespace: 'shop', name: 'frontend' }] };
    const caller = [{ kind: 'Deployment', namespace: 'shop', name: 'frontend' }];
    const silence = finding('DependencyUnreachable', 'Service', 'cart', { role: 'mechanism', affects: caller, since: '2026-03-01T11:30:00Z' });
    const sandbox = finding('SandboxCreationFailed', 'Node', 'node-1', {
      role: 'mechanism',
      affects: [{ kind: 'Deployment', namespace: 'shop', name: 'cart' }],
    });
    const relations = await shop();
    expect(rank([silence, sandbox], scope, relations, circumstances)).toMatchObject({ causes: [sandbox], consequences: [silence] });
    const guess = { ...sandbox, confidence: 'possible' } as const;
    expect(rank([silence, guess], scope, relations, circumstances).causes[0]).toEqual(silence);
    const elsewhere = { ...sandbox, affects: [{ kind: 'Deployment', namespace: 'shop', name: 'report' }] };
    expect(rank([silence, elsewhere], scope, relations, circumstances).causes[0]).toEqual(silence);
  });

  it('keeps one finding per object when a cause explains the mechanism on the same object', async () => {
    const cause = finding('LivenessProbeWrongPort', 'Deployment', 'cart');
    const mechanism = finding('KilledBySignal', 'Deployment', 'cart', { role: 'mechanism', confidence: 'certain' });
    expect(rank([mechanism, cause], everywhere, await shop(), circumstances)).toMatchObject({ causes: [cause], consequences: [mechanism] });
  });
});
