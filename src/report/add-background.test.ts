import { describe, expect, it } from 'vitest';
import type { PastIncident, Runbook } from '#domain/knowledge.ts';
import { outOfMemory } from '#testing/sample-analysis.ts';
import { addBackground, type Background } from './add-background.ts';

const runbook: Runbook = { title: 'Pods that crash', origin: 'crash.md', text: 'Look at the last log. password=hunter2', why: 'alert name A' };
const before: PastIncident = {
  incidentId: 'i1',
  title: 'x',
  openedAt: '2026-02-01T10:00:00.000Z',
  closedAt: '2026-02-01T10:25:00.000Z',
  alertName: 'KubePodCrashLooping',
  namespace: 'shop',
  fingerprint: 'abc',
  cause: { code: outOfMemory.root_causes[0]?.code ?? '', title: 'Container server was killed', confidence: 'certain' },
  alike: 'alert',
  feedback: [{ verdict: 'right', comment: 'limit\nraised' }],
};
const background = (more: Partial<Background>): Background => ({
  runbooks: [],
  past: [],
  problems: [],
  at: '2026-03-01T12:00:00.000Z',
  cluster: 'default',
  ...more,
});
const last = outOfMemory.evidence.length;

describe('background', () => {
  it('changes nothing when there is none', () => {
    expect(addBackground(outOfMemory, background({}))).toBe(outOfMemory);
  });

  it('is evidence of its own, numbered on, without secrets', () => {
    const { evidence } = addBackground(outOfMemory, background({ runbooks: [runbook], past: [before] }));
    expect(evidence.slice(last).map(({ id, source, title }) => [id, source, title])).toEqual([
      [`E${last + 1}`, 'runbook', 'Runbook: Pods that crash, for the alert name A'],
      [`E${last + 2}`, 'memory', 'These alerts before: one incident, the last on 2026-02-01'],
    ]);
    expect(evidence[last]?.excerpt).not.toContain('hunter2');
    expect(evidence[last + 1]?.excerpt).toContain('over after 25 min, KubePodCrashLooping in shop');
    expect(evidence[last + 1]?.excerpt).toContain('Readers: right ("limit raised")');
    expect(evidence[last + 1]?.data).toMatchObject({ incidents: [{ report: '/report/abc' }] });
  });

  it('says of a cause that it was found before, without making it surer; of another cause it says nothing', () => {
    const [cause] = addBackground(outOfMemory, background({ past: [before, { ...before, incidentId: 'i2' }] })).root_causes;
    expect(cause?.explanation).toContain('The same cause was found twice before, last on 2026-02-01. Readers called that answer right twice.');
    expect(cause?.confidence).toBe(outOfMemory.root_causes[0]?.confidence);
    expect(cause?.evidence.at(-1)).toBe(`E${last + 1}`);
    expect(cause?.reasons).toHaveLength(cause?.evidence.length ?? 0);
    const [other] = addBackground(outOfMemory, background({ past: [{ ...before, cause: { ...before.cause, code: 'Other' } }] })).root_causes;
    expect(other).toEqual(outOfMemory.root_causes[0]);
  });

  it('tells that readers called it wrong', () => {
    const [cause] = addBackground(outOfMemory, background({ past: [{ ...before, feedback: [{ verdict: 'wrong', comment: '' }] }] })).root_causes;
    expect(cause?.explanation).toContain('Readers called that answer wrong once.');
  });

  it('where no cause was found, a runbook is what to do next; what cannot be read is named', () => {
    const open = { ...outOfMemory, root_causes: [], inconclusive: true };
    const told = addBackground(open, background({ runbooks: [runbook], problems: ['Runbooks: /runbooks: ENOENT'] }));
    expect(told.actions[0]).toMatchObject({ text: 'Follow the runbook "Pods that crash" (crash.md).', command: '' });
    expect(told.recommended_actions).toContain('Follow the runbook');
    expect(told.degraded).toContain('Runbooks: /runbooks: ENOENT');
    expect(addBackground(outOfMemory, background({ runbooks: [runbook] })).actions).toEqual(outOfMemory.actions);
  });
});
