import { describe, expect, it } from 'vitest';
import type { Past, PastIncident, Runbook } from '#domain/knowledge.ts';
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
const past = (incidents: readonly PastIncident[], cause = 0, alert = 0): Past => ({ incidents, counts: { cause, alert } });
const background = (more: Partial<Background>): Background => ({
  runbooks: [],
  past: past([]),
  days: 30,
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
    const { evidence } = addBackground(outOfMemory, background({ runbooks: [runbook], past: past([before]) }));
    expect(evidence.slice(last).map(({ id, source, title }) => [id, source, title])).toEqual([
      [`E${last + 1}`, 'runbook', 'Runbook: Pods that crash, for the alert name A'],
      [`E${last + 2}`, 'memory', 'Before: one incident like this, the last on 2026-02-01'],
    ]);
    expect(evidence[last]?.excerpt).not.toContain('hunter2');
    expect(evidence[last + 1]?.excerpt).toContain('over after 25 min, KubePodCrashLooping in shop');
    expect(evidence[last + 1]?.excerpt).toContain('Readers: right ("limit raised")');
    expect(evidence[last + 1]?.data).toMatchObject({ incidents: [{ report: '/report/abc' }] });
  });

  it('says of a cause that it was found before, without making it surer; of another cause it says nothing', () => {
    const [cause] = addBackground(outOfMemory, background({ past: past([before, { ...before, incidentId: 'i2' }]) })).root_causes;
    expect(cause?.explanation).toContain('A cause of this kind was found twice before, last on 2026-02-01. Readers called that answer right twice.');
    expect(cause?.confidence).toBe(outOfMemory.root_causes[0]?.confidence);
    expect(cause?.evidence.at(-1)).toBe(`E${last + 1}`);
    expect(cause?.reasons).toHaveLength(cause?.evidence.length ?? 0);
    const [other] = addBackground(outOfMemory, background({ past: past([{ ...before, cause: { ...before.cause, code: 'Other' } }]) })).root_causes;
    expect(other).toEqual(outOfMemory.root_causes[0]);
  });

  it('says how often the same was found at the same object lately, also where more incidents are known than told of', () => {
    const same = { ...before, alike: 'cause' as const };
    const told = addBackground(outOfMemory, background({ past: past([same, { ...before, incidentId: 'i2' }], 14, 3) }));
    expect(told.root_causes[0]?.explanation).toContain(
      'The same cause was found 14 times in the last 30 days, last on 2026-02-01. Readers called that answer right once.',
    );
    expect(told.evidence.at(-1)).toMatchObject({
      title: 'Before: the same cause 14 times and these alerts in 3 incidents in the last 30 days; the last incident like this on 2026-02-01',
      data: { days: 30, same_cause: 14, same_alert: 3 },
    });
    const long = addBackground(outOfMemory, background({ past: past([same]) }));
    expect(long.root_causes[0]?.explanation).toContain('The same cause was found once before, last on 2026-02-01.');
    const often = addBackground(outOfMemory, background({ past: past([same], 1_000) }));
    expect(often.root_causes[0]?.explanation).toContain('1,000 or more times in the last 30 days');
  });

  it('shows those of the same cause before newer ones of the same words', () => {
    const alike = (id: string, kind: PastIncident['alike']) => ({ ...before, incidentId: id, alike: kind });
    const words = ['w1', 'w2', 'w3', 'w4', 'w5'].map((id) => alike(id, 'words'));
    const { evidence } = addBackground(outOfMemory, background({ past: past([...words, alike('c', 'cause')], 1) }));
    expect(evidence.at(-1)?.data).toMatchObject({ incidents: ['c', 'w1', 'w2', 'w3', 'w4'].map((incident) => ({ incident })) });
  });

  it('tells that readers called it wrong', () => {
    const [cause] = addBackground(outOfMemory, background({ past: past([{ ...before, feedback: [{ verdict: 'wrong', comment: '' }] }]) })).root_causes;
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
