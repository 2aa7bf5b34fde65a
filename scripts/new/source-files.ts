import { codeName, exportName, variableName } from './names.ts';

/** The files of a new source: it compiles, its test passes, and it answers that it is not configured. */
export function sourceFiles(id: string): Readonly<Record<string, string>> {
  return {
    [`src/sources/${id}/options.ts`]: options(id),
    [`src/sources/${id}/${id}-source.ts`]: source(id),
    [`src/sources/${id}/${id}-source.test.ts`]: test(id),
  };
}

export const SOURCE_STEPS = [
  'Answer with evidence: present, absent, or unavailable with the reason in one line; never throw for what the outside does.',
  'Add its options to src/config/option-sections.ts and make it in src/app/live-worlds.ts.',
  'Test it with real recorded answers, then run `npm run generate` and `npm run check`.',
];

function options(id: string): string {
  return `import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** How ${codeName(id)} is reached. */
export const ${exportName(id)}Options = defineOptions({
  url: option({ env: '${variableName(id)}_URL', schema: z.string(), default: '', about: 'Address of ${codeName(id)}. Empty: it is not asked.' }),
});
`;
}

function source(id: string): string {
  return `import type { Evidence } from '#domain/evidence.ts';
import type { Answer, Question, Topic } from '#domain/question.ts';
import type { Source } from '../source.ts';

export interface ${codeName(id)}SourceOptions {
  /** '' when it is not configured. */
  readonly url: string;
  readonly clock: () => Date;
}

const FIX = 'Set ${variableName(id)}_URL.';

/** Answers from ${codeName(id)}. */
export function create${codeName(id)}Source({ url, clock }: ${codeName(id)}SourceOptions): Source {
  return {
    name: '${codeName(id)}',
    topics: new Set<Topic>(['metrics']),
    async answer<Q extends Question>(question: Q, _signal: AbortSignal): Promise<Evidence<Answer<Q>>> {
      return { question, observedAt: clock().toISOString(), outcome: 'unavailable', reason: 'not-configured', why: 'It cannot answer yet.' };
    },
    check: async () => ({ state: 'not-configured', detail: url === '' ? 'no address is set' : 'it cannot answer yet', fix: FIX }),
    close: async () => {},
  };
}
`;
}

function test(id: string): string {
  return `import { expect, test } from 'vitest';
import { create${codeName(id)}Source } from './${id}-source.ts';

const never = new AbortController().signal;

test('says so when it is not configured', async () => {
  const source = create${codeName(id)}Source({ url: '', clock: () => new Date('2026-03-01T12:00:00Z') });
  expect(await source.check(never)).toMatchObject({ state: 'not-configured' });
  const question = { about: 'series', topic: 'metrics', metric: 'up', matchers: [], from: '', to: '', stepSeconds: 60 } as const;
  expect(await source.answer(question, never)).toMatchObject({ outcome: 'unavailable', reason: 'not-configured' });
});
`;
}
