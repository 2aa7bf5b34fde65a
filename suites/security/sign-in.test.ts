import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outOfMemory } from '#testing/sample-analysis.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import { type StartedWeb, startWeb } from '../../src/web/testing/start-web.ts';
import { buildAssets } from '../pages/build-assets.ts';
import { launchBrowser } from '../pages/launch-browser.ts';

/** Where to put a picture of every look of the page; without it none is taken. */
const SHOTS = process.env['ONCALLM_SHOTS'];
const TOKEN = 'viewer-token-of-the-team';
const FINGERPRINT = 'b2c4f0a91d3e5f67';
const ALERT = JSON.stringify({
  alerts: [{ fingerprint: FINGERPRINT, labels: { alertname: 'KubePodCrashLooping', namespace: 'production', severity: 'warning' } }],
});

let folder: string;
let web: StartedWeb;
let origin: string;
let link: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-sign-in-'));
  const pages = createPages({ baseUrl: 'http://localhost:8001' });
  web = await startWeb({ viewerTokens: [TOKEN], webhookTokens: ['webhook'] }, { assetsDirectory: await buildAssets(folder), pages, clock: () => new Date() });
  origin = await web.app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await web.app.inject({ method: 'POST', url: '/webhook', headers: { authorization: 'Bearer webhook' }, payload: ALERT });
  const url = new URL(answer.json().report_urls[0].report_url);
  link = `${origin}${url.pathname}${url.search}`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await web?.app.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  await page.goto(path.startsWith('http') ? path : origin + path);
  return page;
}
async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Viewer token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
const close = (page: Page): Promise<void> => page.context().close();

const LOOKS = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));

describe.each(LOOKS)('at $width px, $colorScheme', ({ width, colorScheme }) => {
  const look = { viewport: { width, height: 844 }, colorScheme };
  const wcag = async (page: Page, name: string): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)).toEqual([]);
    expect(overflow).toBeLessThanOrEqual(0);
  };

  it('the sign-in page is accessible and fits, also with what went wrong, and when signed in', async () => {
    const page = await open('/', look);
    await wcag(page, 'sign-in');
    await signIn(page, 'not-the-token');
    await page.getByRole('alert').waitFor();
    await wcag(page, 'sign-in-wrong');
    await signIn(page, TOKEN);
    await page.goto(`${origin}/sign-in`);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await wcag(page, 'signed-in');
    await close(page);
  });

  it('so is a report that a link opened', async () => {
    const page = await open(link, look);
    await page.getByRole('heading', { name: 'You came by a link' }).waitFor();
    await wcag(page, 'by-link');
    await close(page);
  });
});

describe('a person with a phone', () => {
  it('who opens a plain link signs in and is at the report; without JavaScript too', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(`/report/${FINGERPRINT}`, { javaScriptEnabled });
      await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
      await signIn(page, 'a-wrong-token-entirely');
      await page.getByText('not accepted').waitFor();
      await signIn(page, TOKEN);
      await page.waitForURL(`${origin}/report/${FINGERPRINT}`);
      const [cookie] = await page.context().cookies();
      expect(cookie).toMatchObject({ name: 'oncallm_session', httpOnly: true, sameSite: 'Lax', path: '/' });
      await page.getByRole('link', { name: 'Inbox' }).click();
      await page.getByRole('heading', { name: '1 open incident' }).waitFor();
      await page.goto(`${origin}/sign-in`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Viewer token').waitFor();
      await page.goto(origin);
      await page.getByLabel('Viewer token').waitFor();
      await close(page);
    }
  });

  it('who opens a signed link follows the report to its answer, and no further', async () => {
    const page = await open(link);
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.getByRole('heading', { name: /waits to be investigated/ }).waitFor();
    const id = (await web.store.report(FINGERPRINT))?.investigation?.id ?? '';
    web.store.complete(FINGERPRINT, outOfMemory);
    await web.store.addProgress(id, 'answered', 'report');
    await page.getByRole('heading', { level: 1, name: /memory limit of 128Mi/ }).waitFor({ timeout: 9_000 });
    await web.store.addProgress(id, 'done', 'end');
    expect(complaints).toEqual([]);
    expect(await page.getByRole('button', { name: 'Investigate again' }).count()).toBe(0);
    await page.getByRole('link', { name: 'This report as JSON' }).click();
    await page.getByText(FINGERPRINT).first().waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, TOKEN);
    await page.waitForURL(`${origin}/report/${FINGERPRINT}`);
    await page.getByRole('button', { name: 'Investigate again' }).click();
    await page.getByText('Waiting for its turn').waitFor();
    await close(page);
  });

  it('who is signed in cannot be made to act by another site', async () => {
    const page = await open('/');
    await signIn(page, TOKEN);
    await page.getByRole('heading', { name: '1 open incident' }).waitFor();
    const incident = (await web.store.report(FINGERPRINT))?.incident?.id ?? '';
    const before = (await web.store.incident(incident))?.investigations.length;
    // Another site: localhost is not 127.0.0.1.
    const evil = await startWeb();
    const url = new URL(await evil.app.listen({ port: 0, host: '127.0.0.1' }));
    await page.route(`http://localhost:${url.port}/evil`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${origin}/api/v1/incidents/${incident}/investigate"><button>Win</button></form>`,
      }),
    );
    await page.goto(`http://localhost:${url.port}/evil`);
    const answered = page.waitForResponse((response) => response.url().includes('/investigate'));
    await page.getByRole('button', { name: 'Win' }).click();
    // SameSite keeps the cookie back: the request is nobody's.
    expect((await answered).status()).toBe(401);
    expect((await web.store.incident(incident))?.investigations.length).toBe(before);
    await evil.app.close();
    await close(page);
  });
});
