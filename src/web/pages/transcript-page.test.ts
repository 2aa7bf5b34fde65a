import { describe, expect, it } from 'vitest';
import type { Transcript } from '#domain/transcript.ts';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import type { TranscriptData } from '../pages.ts';
import { createPages } from './create-pages.tsx';

const REPORT = { fingerprint: 'b2c4', cluster: 'eu', title: 'The limit is too low', evidence: ['E1', 'E2', 'E"onclick="x'] };

function page(transcript: Transcript, change: Partial<TranscriptData> = {}): string {
  const pages = createPages({ baseUrl: 'https://tools.example.com/oncallm' });
  const given = { investigation: { id: 'i1' }, question: undefined, transcript, report: REPORT, now: '2026-01-05T03:13:00.000Z' };
  return pages.transcript({ ...given, baseUrl: 'https://tools.example.com/oncallm', ...change });
}

/** What a reader sees of the main part. */
const textOf = (html: string) =>
  html
    .slice(html.indexOf('<main'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"');

describe('the transcript page', () => {
  it('tells what was said and done in its order, with the tokens of each step', () => {
    const text = textOf(page(sampleTranscripts.usual));
    const order = [
      'Report: The limit is too low',
      'What openai/gpt-4.1-mini was asked, and did',
      'Took 7.2 s, 2 steps, 2 questions to its tools',
      'Tokens 13,525 sent, 328 received',
      'End It answered; evidence carries 2 of 3 statements',
      'The rules it works by',
      'What it starts from',
      'Step 1: it asks 2 questions',
      'after 2.3 s, took 2.3 s, 6,120 tokens sent, 88 received',
      'The pod was killed for memory.',
      'rollout_changes',
      'deployment: checkout',
      'metric_series',
      'labels: {"namespace":"production","container":"server"}',
      'E2 rollout_changes answers',
      'Evidence E2 on the report',
      'It came to nothing',
      'rate-limited: openai/gpt-4.1-mini: too many requests',
      'Step 2: it answers',
      'OnCallM checks the answer',
      'carries 2 of 3 statements. Left out, and why:',
      'memory rose for a week',
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(order.filter((_, index) => places[index] === -1)).toEqual([]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('links below the path of the base address, to evidence that is on the report only', () => {
    const html = page(sampleTranscripts.usual);
    expect(html).toContain('href="/oncallm/report/b2c4?cluster=eu#evidence-E2"');
    expect(html).toContain('href="/oncallm/api/v1/investigations/i1/transcript"');
    expect(page(sampleTranscripts.usual, { report: { ...REPORT, evidence: ['E1'] } })).not.toContain('#evidence-E2');
    expect(page(sampleTranscripts.usual, { report: undefined })).not.toContain('/report/');
  });

  it.each([
    ['model', 'answered'],
    ['a budget', 'budget: used up 2000 tokens'],
  ])('says how it ended: %s', (which, end) => {
    const last = which === 'a budget' ? { kind: 'failure' as const, atMs: 9, failure: 'budget', text: 'used up 2000 tokens' } : undefined;
    const { entries } = sampleTranscripts.usual;
    expect(textOf(page({ ...sampleTranscripts.usual, entries: last ? [...entries, last] : entries }))).toContain(
      `End ${end.replace('answered', 'It answered')}`,
    );
  });

  it('says so where nothing was written down', () => {
    const text = textOf(page(sampleTranscripts.cutOff));
    expect(text).toContain('Tokens not told by the provider');
    expect(text).toContain('Its end was not written down');
  });

  it('shows what means ill as text, within bounds', () => {
    const html = page(sampleTranscripts.hostile, { report: { ...REPORT, title: '<img src=x onerror=alert(1)>' } });
    expect(html).not.toMatch(/<script>|<img/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
    expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/);
    expect(html).toContain('⟨U+202E⟩gnp.exe');
    expect(html).toContain('red ⟨U+202E⟩');
    expect(html).toContain('[cut: 30,');
    expect(html).not.toMatch(/href="[^"]*hacked/);
    expect(html.length).toBeLessThan(150_000);
    expect(textOf(html)).toContain('1,234,567 characters of long texts were not kept.');
  });

  it('ends after a few hundred entries, and says how many more there are', () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => ({ kind: 'message' as const, atMs: index, text: `line ${index}` }));
    const text = textOf(page({ ...sampleTranscripts.cutOff, entries }));
    expect([text.includes('line 299'), text.includes('line 300'), text.includes('and 700 more, in the JSON')]).toEqual([true, false, true]);
  });
});
