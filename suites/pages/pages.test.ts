import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleReports } from '#testing/sample-reports.ts';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import { launchBrowser } from './launch-browser.ts';
import { type PagesServer, startPagesServer } from './pages-server.ts';

/** Where to put a picture of every page; without it none is taken. */
const SHOTS = process.env['ONCALLM_SHOTS'];

let server: PagesServer;
let browser: Browser;
const contexts = new Set<BrowserContext>();

beforeAll(async () => {
  server = await startPagesServer();
  browser = await launchBrowser();
});
afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser?.close();
  await server?.close();
});

/** Opens a page and remembers everything the browser complained about. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  contexts.add(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.origin + path);
  return { page, complaints };
}

const close = async (page: Page) => {
  contexts.delete(page.context());
  await page.context().close();
};

const LOOKS = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));
const PATHS = [
  '/',
  '/empty',
  '/quiet',
  '/filtered',
  '/problem',
  '/missing',
  '/docs',
  '/waiting',
  '/asked',
  ...Object.keys(sampleTranscripts).map((name) => `/transcript/${name}`),
  '/transcript/question',
  '/transcript/missing',
  ...Object.keys(sampleReports).map((name) => `/report/${name}`),
];

describe.each(PATHS)('%s', (path) => {
  it.each(LOOKS)('is accessible, fits and is quiet at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const { page, complaints } = await open(path, { viewport: { width, height: width === 390 ? 844 : 900 }, colorScheme });
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (SHOTS) await shoot(page, path, width, colorScheme);
    await close(page);

    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)).toEqual([]);
    expect(overflow).toBeLessThanOrEqual(0);
    // Pages that are answered with 404 say so in the console of every browser.
    expect(complaints).toEqual([]);
  });
});

async function shoot(page: Page, path: string, width: number, colorScheme: string): Promise<void> {
  mkdirSync(SHOTS ?? '', { recursive: true });
  await page.reload();
  const name = `${path.replaceAll('/', '-').slice(1) || 'inbox'}-${width}-${colorScheme}.png`;
  await page.screenshot({ path: join(SHOTS ?? '', name), fullPage: true });
}

describe('the report', () => {
  it('puts the command to run on the first screen of a phone and copies it', async () => {
    const { page } = await open('/report/answered', { permissions: ['clipboard-read', 'clipboard-write'] });
    const command = page.locator('.lead pre');
    expect(await command.isVisible()).toBe(true);
    expect((await command.boundingBox())?.y ?? 9_999).toBeLessThan(844);

    await page.getByRole('button', { name: 'Copy: command' }).first().click();
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('kubectl rollout undo deployment/checkout -n production --to-revision=41');
    await close(page);
  });

  it('opens the evidence that a reason links to', async () => {
    const { page } = await open('/report/answered');
    const body = page.locator('#evidence-E4');
    expect(await body.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'Evidence E4' }).first().click();
    await body.waitFor({ state: 'visible' });
    await close(page);
  });

  it('prints what is folded on the screen, and nothing to press', async () => {
    const { page } = await open('/report/answered');
    await page.emulateMedia({ media: 'print' });
    const printed = await page.evaluate(() => {
      const seen = (selector: string) => document.querySelector(selector)?.checkVisibility() ?? null;
      return { evidence: seen('#evidence-E4'), command: seen('.lead pre'), copy: seen('.lead .copy'), links: seen('.links'), header: seen('.top') };
    });
    expect(printed).toEqual({ evidence: true, command: true, copy: false, links: true, header: false });
    await close(page);
  });

  it('runs nothing that came from outside', async () => {
    const { page } = await open('/report/hostile');
    expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
    const hrefs = await page.evaluate(() => [...document.querySelectorAll('a')].map((link) => link.protocol));
    expect(new Set(hrefs)).toEqual(new Set(['http:', 'https:']));
    await close(page);
  });

  it('shows progress as it happens, then the answer', async () => {
    const { page } = await open('/report/investigating');
    await page.waitForFunction(() => document.readyState === 'complete');
    server.tell({ investigationId: 'i', seq: 9, at: '2026-01-05T03:12:10.000Z', what: 'Looking at <b>revisions</b>', kind: 'step' });
    await page.getByText('Looking at <b>revisions</b>').waitFor();
    await close(page);
  });

  it('sends feedback without JavaScript', async () => {
    const { page } = await open('/report/answered', { javaScriptEnabled: false });
    await page.getByLabel('What was it really?').fill('the limit');
    await page.getByRole('button', { name: 'Partly' }).click();
    await page.waitForLoadState();
    expect(server.posted.at(-1)).toBe(`/api/v1/investigations/${sampleReports.answered.investigation?.id}/feedback comment=the+limit&verdict=partly`);
    await close(page);
  });

  it('can be asked for again without JavaScript', async () => {
    const { page } = await open('/report/failed', { javaScriptEnabled: false });
    await page.getByRole('button', { name: 'Investigate again' }).click();
    await page.waitForLoadState();
    expect(server.posted.at(-1)).toBe(`/api/v1/incidents/${sampleReports.failed.incident?.id}/investigate `);
    await close(page);
  });

  it('hides buttons that need JavaScript where there is none', async () => {
    const { page } = await open('/report/answered', { javaScriptEnabled: false });
    expect(await page.locator('.lead pre').isVisible()).toBe(true);
    expect(await page.locator('.copy').first().isVisible()).toBe(false);
    await close(page);
  });
});

describe('the transcript', () => {
  it('runs nothing that came from outside, and keeps its longest line inside', async () => {
    const { page } = await open('/transcript/hostile');
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
    expect(await page.locator('main img').count()).toBe(0);
    const tallest = await page.evaluate(() => Math.max(...[...document.querySelectorAll('.excerpt')].map((element) => element.getBoundingClientRect().height)));
    expect(tallest).toBeLessThan(400);
    await close(page);
  });

  it('leads from an answer of a tool to the evidence on the report', async () => {
    const { page } = await open('/transcript/usual');
    const href = await page.getByRole('link', { name: 'Evidence E2 on the report' }).getAttribute('href');
    expect(href).toBe(`/report/${sampleReports.answered.fingerprint}#evidence-E2`);
    await page.goto(`${server.origin}/report/answered${href?.slice(href.indexOf('#'))}`);
    await page.locator('#evidence-E2').waitFor({ state: 'visible' });
    await close(page);
  });
});

describe('the waiting page', () => {
  it('turns into the report when the alert arrives', async () => {
    const { page } = await open('/report/late');
    await page.getByRole('heading', { name: 'This alert has not arrived yet' }).waitFor();
    await page.waitForFunction(() => document.readyState === 'complete');
    server.arrive(sampleReports.answered);
    await page.getByRole('heading', { level: 1, name: /killed for exceeding its memory limit/ }).waitFor({ timeout: 5_000 });
    expect(await page.title()).toContain('memory limit');
    await close(page);
  });

  it('asks again by itself without JavaScript', async () => {
    const { page } = await open('/waiting', { javaScriptEnabled: false });
    const again = page.waitForRequest((request) => request.url().endsWith('/waiting') && request.isNavigationRequest(), { timeout: 15_000 });
    await again;
    await close(page);
  });
});

describe('the inbox', () => {
  it('is used with the keyboard alone', async () => {
    const { page } = await open('/', { viewport: { width: 1280, height: 900 } });
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('j');
    expect(await focused()).toContain('Node worker-3 is not ready');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focused()).toContain('memory limit of 128Mi');
    await page.keyboard.press('k');
    expect(await focused()).toContain('HighErrorRate');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
    await page.keyboard.type('jk?');
    expect(await page.inputValue('#search')).toBe('jk?');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByText('next, previous incident').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/report\/f0+1\?cluster=eu-west$/);
    await close(page);
  });

  it('begins with a skip link', async () => {
    const { page } = await open('/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await close(page);
  });

  it('is searched with a form that is a link, without JavaScript', async () => {
    const { page } = await open('/', { javaScriptEnabled: false });
    await page.fill('#search', 'checkout oom');
    await page.keyboard.press('Enter');
    await page.waitForURL(/search=checkout\+oom/);
    await close(page);
  });

  it('says that it is live', async () => {
    const { page } = await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await close(page);
  });
});

it('gives every touch target at least 24 px, the important ones 44', async () => {
  for (const path of ['/', '/report/answered', '/transcript/usual']) {
    const { page } = await open(path);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, .button, input, select, summary')]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 43.5)
        .map((element) => element.outerHTML.slice(0, 100)),
    );
    expect(small).toEqual([]);
    await close(page);
  }
});
