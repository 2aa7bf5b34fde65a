import { describe, expect, it } from 'vitest';
import { list } from '#domain/question.ts';
import { cite, defineRule, found } from '#rules/rule.ts';
import { askIn, NOW, seenIn, workload } from '#testing/world.ts';
import { judge } from './judge.ts';

const pods = { outcome: 'present', question: list('pods', 'shop'), observedAt: NOW, data: [] } as const;

/** A rule that is certain by so many facts. */
const sureBy = (facts: 1 | 2) =>
  defineRule({
    id: 'sure',
    code: 'Sure',
    summary: '',
    about: 'Workload',
    role: 'cause',
    symptoms: [],
    needs: [],
    references: [],
    judge: async () =>
      found('certain', [cite(seenIn, 'One says so.'), ...(facts === 2 ? [cite(pods, 'Another agrees.')] : [])], {
        title: 'It is so',
        explanation: '',
        remedies: [],
      }),
  });
const confidenceBy = async (facts: 1 | 2) =>
  (await judge([workload('cart').subject], [sureBy(facts)], askIn({}), { now: NOW, onset: NOW })).findings.map(({ confidence }) => confidence);

describe('judging', () => {
  it('lets a finding be certain only when a second piece of evidence agrees', async () => {
    expect(await confidenceBy(2)).toEqual(['certain']);
    expect(await confidenceBy(1)).toEqual(['likely']);
  });
});
