import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReaderAnswer, ReaderQuestion } from '#domain/reader-question.ts';
import { outOfMemory } from '#testing/sample-analysis.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import { type StartedWeb, startWeb } from '../../src/web/testing/start-web.ts';
import { buildAssets } from './build-assets.ts';
import { launchBrowser } from './launch-browser.ts';

const FINGERPRINT = 'b2c4f0a91d3e5f67';
const ALERT = { fingerprint: FINGERPRINT, labels: { alertname: 'KubePodCrashLooping', namespace: 'production', severity: 'warning' } };

let folder: string;
let web: StartedWeb;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-live-'));
  web = await startWeb({}, { assetsDirectory: await buildAssets(folder), pages: createPages({ baseUrl: 'http://localhost:8001' }) });
  origin = await web.app.listen({ port: 0, host: '127.0.0.1' });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await web?.app.close();
  await rm(folder, { recursive: true, force: true });
});

it('follows one alert on one open page, from before it arrives to its answer, and around again', async () => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A link opened too early is answered with 404, and every browser says so.
    if (message.type() === 'error' && !/404/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const heading = (name: RegExp) => page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 9_000 });

  await page.goto(`${origin}/report/${FINGERPRINT}`);
  await heading(/has not arrived yet/);

  await web.app.inject({ method: 'POST', url: '/webhook', payload: JSON.stringify({ alerts: [ALERT] }) });
  await heading(/waits to be investigated/);

  const investigation = (await web.store.report(FINGERPRINT))?.investigation?.id ?? '';
  web.store.complete(FINGERPRINT, outOfMemory);
  await web.store.addProgress(investigation, 'answered', 'report');
  await heading(/killed for exceeding its memory limit of 128Mi/);
  await web.store.addProgress(investigation, 'done', 'end');

  await page.getByLabel('What was it really?').fill('yes, the limit');
  await page.getByRole('button', { name: 'Right', exact: true }).click();
  await page.getByText('yes, the limit').waitFor();

  await page.getByRole('button', { name: 'Investigate again' }).click();
  await page.getByText('Waiting for its turn').waitFor();
  expect(page.url()).toBe(`${origin}/report/${FINGERPRINT}`);

  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.getByRole('link', { name: /memory limit of 128Mi/ }).waitFor();
  expect(complaints).toEqual([]);
  await page.close();
});

it('shows the first alert in an inbox that was empty', async () => {
  const other = await startWeb({}, { assetsDirectory: join(folder, 'assets'), pages: createPages({ baseUrl: 'http://localhost:8001' }) });
  const page = await browser.newPage();
  try {
    await page.goto(await other.app.listen({ port: 0, host: '127.0.0.1' }));
    await page.getByRole('heading', { name: 'No alerts yet' }).waitFor();
    await other.app.inject({ method: 'POST', url: '/webhook', payload: JSON.stringify({ alerts: [ALERT] }) });
    await page.getByRole('heading', { name: '1 open incident' }).waitFor({ timeout: 15_000 });
    await page.getByRole('searchbox').waitFor();
  } finally {
    await page.close();
    await other.app.close();
  }
});

describe('a question of a reader', () => {
  const question: ReaderQuestion = {
    id: 'q1',
    investigationId: '',
    askedAt: '2026-01-05T03:09:00.000Z',
    asker: 'a',
    question: 'Which port?',
    state: 'asked',
    answeredAt: null,
    answer: null,
    hasTranscript: false,
  };
  const answer: ReaderAnswer = { sentences: [{ text: 'It is port 5433.', evidence: ['E1'], verified: true }], evidence: [], problem: '', usage: null };

  /** A report with a question that waits, open in a browser. */
  async function openAsked(prepare: (page: Page) => Promise<unknown> = async () => {}) {
    const desk = { list: async () => [...other.store.questions.values()], ask: async () => 'busy' as const };
    const other = await startWeb({}, { assetsDirectory: join(folder, 'assets'), pages: createPages({ baseUrl: 'http://localhost:8001' }), questions: desk });
    await other.app.inject({ method: 'POST', url: '/webhook', payload: JSON.stringify({ alerts: [ALERT] }) });
    other.store.complete(FINGERPRINT, outOfMemory);
    const asked = { ...question, investigationId: String((await other.store.report(FINGERPRINT))?.investigation?.id) };
    other.store.change(asked);
    other.store.addQuestionStep('q1', 'Reading the log of checkout');
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await prepare(page);
    const reads: string[] = [];
    const streams: string[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('/questions/q1/events')) streams.push(response.url());
    });
    await page.goto(`${await other.app.listen({ port: 0, host: '127.0.0.1' })}/report/${FINGERPRINT}`);
    page.on('request', (request) => {
      if (request.url().includes('/report/')) reads.push(request.url());
    });
    const end = async () => {
      await page.close();
      await other.app.close();
    };
    return {
      page,
      reads,
      streams,
      end,
      store: other.store,
      answered: (): void => other.store.change({ ...asked, state: 'answered', answeredAt: asked.askedAt, answer }),
    };
  }

  it('shows what is done for it as it happens, and then its answer, while the next is being written', async () => {
    const { page, reads, streams, end, store, answered } = await openAsked();
    await page.getByText('Reading the log of checkout').waitFor();
    await page.getByLabel('Question').pressSequentially('And wh');
    await expect.poll(() => streams).toHaveLength(1);
    store.addQuestionStep('q1', 'Reading <b>ConfigMap</b> checkout-config');
    await page.getByText('Reading <b>ConfigMap</b> checkout-config').waitFor({ timeout: 1_500 });
    expect(reads).toEqual([]);
    answered();
    await page.getByText('It is port 5433.').waitFor({ timeout: 1_500 });
    expect(reads).toHaveLength(1);
    await page.keyboard.type('en?');
    expect(await page.getByLabel('Question').inputValue()).toBe('And when?');
    expect(await page.locator('[data-question-events]').count()).toBe(0);
    await end();
  });

  it('is looked for where the stream cannot be had', async () => {
    const { page, end, store, answered } = await openAsked((one) => one.route(/\/events$/, (route) => route.abort()));
    store.addQuestionStep('q1', 'Reading the events');
    await page.getByText('Reading the events').waitFor({ timeout: 6_000 });
    answered();
    await page.getByText('It is port 5433.').waitFor({ timeout: 6_000 });
    await end();
  });
});
