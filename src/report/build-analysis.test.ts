import { describe, expect, it } from 'vitest';
import type { Unavailable } from '#domain/evidence.ts';
import type { Finding } from '#domain/finding.ts';
import { list, log } from '#domain/question.ts';
import { buildAnalysis, type Outcome } from './build-analysis.ts';

const fact = { outcome: 'present', question: list('pods', 'shop'), observedAt: '2026-03-01T12:00:00Z', data: [] } as const;
const pod = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: 'out-of-memory',
  code: 'OOMKilled',
  title: 'Container app was killed',
  explanation: 'Over its limit.',
  subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  confidence: 'likely',
  role: 'cause',
  citations: [{ fact, statement: 'It ended with OOMKilled.', about: pod, excerpt: 'DB_PASSWORD=hunter2' }],
  remedies: [{ kind: 'fix', advice: 'Raise the limit.', command: 'kubectl -n shop edit deployment/cart', risk: 'medium' }],
  affects: [pod],
  ...more,
});
const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  causes: [],
  consequences: [],
  unrelated: [],
  exclusions: [],
  open: [],
  gaps: [],
  broken: [],
  namespaces: ['shop'],
  lookedAt: 'Looked at Namespace shop',
  well: false,
  impact: [],
  timeline: [],
  usage: { duration_ms: 1, kubernetes_requests: 1, llm: null },
  ...more,
});

describe('the answer', () => {
  it('cites evidence by id, with the command that shows the same, and without secrets', () => {
    const analysis = buildAnalysis(outcome({ causes: [finding()] }));
    expect(analysis.root_causes[0]).toMatchObject({ evidence: ['E1'], reasons: ['It ended with OOMKilled.'] });
    expect(analysis.evidence).toMatchObject([{ id: 'E1', query: 'kubectl -n shop get pod cart-1 -o yaml', excerpt: 'DB_PASSWORD=[redacted]' }]);
    expect(JSON.stringify(analysis)).not.toContain('hunter2');
  });

  it('enters the same fact once', () => {
    const analysis = buildAnalysis(outcome({ causes: [finding(), finding({ code: 'Other', subject: pod })] }));
    expect(analysis.evidence).toHaveLength(1);
  });

  it('does not bury a missing source under fifty logs that could not be read', () => {
    const gap = (question: Unavailable['question'], why: string, reason: Unavailable['reason'] = 'not-recorded'): Unavailable => ({
      outcome: 'unavailable',
      question,
      observedAt: fact.observedAt,
      reason,
      why,
    });
    const logs = Array.from({ length: 50 }, (_, index) => gap(log({ ...pod, name: `cart-${index}` }, 'app'), `No log of cart-${index}.`));
    const analysis = buildAnalysis(outcome({ gaps: [...logs, gap(list('events', 'shop'), 'No events: forbidden.', 'forbidden')], broken: ['Rule x failed.'] }));
    expect(analysis.degraded).toEqual([
      'No log of cart-0.',
      'No log of cart-1.',
      '48 more logs could not be read, for reasons of the same kind.',
      'No events: forbidden.',
      'Rule x failed.',
    ]);
    expect(analysis.summary).toContain('52 things could not be read.');
    expect(buildAnalysis(outcome({ gaps: logs.slice(0, 3) })).degraded).toHaveLength(3);
  });

  it('says how sure it is in the summary', () => {
    expect(buildAnalysis(outcome({ causes: [finding({ confidence: 'certain' })] })).summary).toBe('Container app was killed.');
    expect(buildAnalysis(outcome({ causes: [finding({ confidence: 'possible' })] })).summary).toBe('Possibly: Container app was killed.');
  });

  it('does not take a consequence for a cause', () => {
    const analysis = buildAnalysis(outcome({ causes: [finding({ role: 'consequence', title: 'The rollout is stuck' })] }));
    expect(analysis).toMatchObject({ inconclusive: true, root_causes: [], consequences: [{ title: 'The rollout is stuck' }] });
    expect(analysis.summary).toContain('The rollout is stuck');
  });

  it('offers a next step when it does not know, and none when nothing is wrong', () => {
    expect(buildAnalysis(outcome()).actions.map(({ command }) => command)).toEqual([
      'kubectl -n shop get pods -o wide',
      'kubectl -n shop get events --sort-by=.lastTimestamp',
    ]);
    expect(buildAnalysis(outcome({ well: true }))).toMatchObject({ healthy: true, actions: [] });
  });

  it('leads with what ends it when it is certain, and with a look when it is not', () => {
    const look = { kind: 'immediate', advice: 'Look.', command: 'kubectl -n shop describe pod/cart-1', risk: 'none' } as const;
    const both = (confidence: Finding['confidence']) => finding({ confidence, remedies: [look, ...finding().remedies] });
    expect(buildAnalysis(outcome({ causes: [both('certain')] })).actions.map(({ text }) => text)).toEqual(['Raise the limit.', 'Look.']);
    expect(buildAnalysis(outcome({ causes: [both('likely')] })).actions.map(({ text }) => text)).toEqual(['Look.', 'Raise the limit.']);
  });

  it('fills the plain-text fields of the first clients', () => {
    const analysis = buildAnalysis(outcome({ causes: [finding()] }));
    expect(analysis).toMatchObject({
      root_cause: 'Container app was killed (likely)',
      recommended_actions: '- Raise the limit.\n  kubectl -n shop edit deployment/cart',
      solution: '- Raise the limit.\n  kubectl -n shop edit deployment/cart',
    });
    expect(analysis.diagnosis).toContain('[E1]');
  });
});
