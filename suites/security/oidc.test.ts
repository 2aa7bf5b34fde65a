import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { outOfMemory } from '#testing/sample-analysis.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import { type StartedWeb, startWeb } from '../../src/web/testing/start-web.ts';
import { buildAssets } from '../pages/build-assets.ts';
import { launchBrowser } from '../pages/launch-browser.ts';
import { freePort } from '../product/start-product.ts';
import { CLIENT_ID, CLIENT_SECRET, type IdentityProvider, startIdentityProvider } from './identity-provider.ts';

const SHOTS = process.env['ONCALLM_SHOTS'];
const FINGERPRINT = 'b2c4f0a91d3e5f67';
const ALERT = JSON.stringify({ alerts: [{ fingerprint: FINGERPRINT, labels: { alertname: 'KubePodCrashLooping', namespace: 'production' } }] });
const GROUPS = { ada: ['sre', 'everybody'], grace: ['everybody'], eve: ['other'] };
const CALLBACK = '/sign-in/oidc/callback';

let folder: string;
let assets: string;
let browser: Browser;
let web: StartedWeb;
let origin: string;
let provider: IdentityProvider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-oidc-'));
  assets = await buildAssets(folder);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await web?.app.close();
  await provider?.close();
});

type Options = NonNullable<Parameters<typeof startWeb>[0]>;

/** OnCallM and a provider that know each other. `path` is that of the base URL. */
async function start(options: Options = {}, client: Readonly<Record<string, unknown>> = {}): Promise<void> {
  origin = `http://127.0.0.1:${await freePort()}`;
  provider = await startIdentityProvider(origin + CALLBACK, GROUPS, client);
  const settings = {
    baseUrl: origin,
    webhookTokens: ['webhook'],
    oidcIssuer: provider.issuer,
    oidcClientId: CLIENT_ID,
    oidcClientSecret: CLIENT_SECRET,
    ...options,
  };
  web = await startWeb(settings, { assetsDirectory: assets, pages: createPages({ baseUrl: origin }), clock: () => new Date() });
  await web.app.listen({ port: Number(new URL(origin).port), host: '127.0.0.1' });
  await web.app.inject({ method: 'POST', url: '/webhook', headers: { authorization: 'Bearer webhook' }, payload: ALERT });
  web.store.complete(FINGERPRINT, outOfMemory);
}

async function open(path: string, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(origin + path);
  return page;
}

/** From our page to the provider's, its login and its consent. */
async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: `Sign in with ${new URL(provider.issuer).host}` }).click();
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}
const logged = (message: string) => web.log.filter((line) => line['msg'] === message);
/** A browser keeps cookies for a host, not for a port: those of the provider are there too. */
const ourCookies = async (page: Page) => (await page.context().cookies(origin)).filter(({ name }) => name.startsWith('oncallm'));
const close = (page: Page): Promise<void> => page.context().close();

describe('a person whom the provider signs in', () => {
  it('is back at the report, may act, and is in the audit log by name', async () => {
    await start({ oidcViewerGroups: ['everybody'], oidcOperatorGroups: ['sre'] });
    for (const javaScriptEnabled of [true, false]) {
      const page = await open(`/report/${FINGERPRINT}`, javaScriptEnabled);
      await signInAs(page, 'ada');
      await page.waitForURL(`${origin}/report/${FINGERPRINT}`);
      expect(await page.getByRole('button', { name: 'Investigate again' }).count()).toBe(1);
      expect((await ourCookies(page)).map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite])).toEqual([['oncallm_session', true, 'Lax']]);
      await page.getByRole('button', { name: 'Right' }).click();
      await page.getByText('Right,').first().waitFor();
      await close(page);
    }
    expect(logged('audit')).toContainEqual(expect.objectContaining({ who: 'user:ada@example.com', action: 'sign-in', object: 'session as operator' }));
    expect(logged('audit')).toContainEqual(expect.objectContaining({ who: 'user:ada@example.com', action: 'feedback' }));
    expect(JSON.stringify(web.log)).not.toContain(CLIENT_SECRET);
  });

  it('may read and not act where the groups say so: neither by the page nor past it', async () => {
    await start({ oidcViewerGroups: ['everybody'], oidcOperatorGroups: ['sre'] });
    const page = await open(`/report/${FINGERPRINT}`);
    await signInAs(page, 'grace');
    await page.waitForURL(`${origin}/report/${FINGERPRINT}`);
    expect(await page.getByRole('button', { name: /Investigate again|Right/ }).count()).toBe(0);
    const incident = (await web.store.report(FINGERPRINT))?.incident?.id;
    const answer = await page.evaluate(async (id) => {
      const response = await fetch(`/api/v1/incidents/${id}/investigate`, { method: 'POST' });
      return { status: response.status, body: (await response.json()) as unknown };
    }, incident);
    expect(answer).toEqual({ status: 403, body: { detail: expect.stringContaining('OIDC_OPERATOR_GROUPS') } });
    await close(page);
  });

  it('in none of the groups is told so, and sees nothing', async () => {
    await start({ oidcViewerGroups: ['everybody'] });
    const page = await open(`/report/${FINGERPRINT}`);
    await signInAs(page, 'eve');
    await page.getByText('in none of the groups').waitFor();
    if (SHOTS) await page.screenshot({ path: join(SHOTS, 'oidc-not-let-in.png'), fullPage: true });
    expect(await ourCookies(page)).toEqual([]);
    await page.goto(`${origin}/report/${FINGERPRINT}`);
    await page.getByRole('link', { name: /Sign in with/ }).waitFor();
    await close(page);
  });

  it('is named by what the provider has verified', async () => {
    await start();
    const page = await open('/');
    await signInAs(page, 'mallory');
    await page.waitForURL(`${origin}/`);
    expect(logged('audit')).toContainEqual(expect.objectContaining({ who: 'user:mallory', action: 'sign-in' }));
    await close(page);
  });

  it('signs in with a public client too, and signs out', async () => {
    await start(
      { oidcClientSecret: '', sessionKeys: ['a-key-of-at-least-thirty-two-characters'] },
      { client_secret: undefined, token_endpoint_auth_method: 'none' },
    );
    const page = await open('/');
    await signInAs(page, 'ada');
    await page.waitForURL(`${origin}/`);
    await page.goto(`${origin}/sign-in`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.goto(origin);
    await page.getByRole('link', { name: /Sign in with/ }).waitFor();
    await close(page);
  });

  it('sees a page that is accessible, beside a token where there is one', async () => {
    await start({ viewerTokens: ['viewer-token-of-the-team'] });
    const page = await open('/');
    await page.getByLabel('Viewer token').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations).toEqual([]);
      if (SHOTS) await page.screenshot({ path: join(SHOTS, `oidc-sign-in-${colorScheme}.png`), fullPage: true });
    }
    await close(page);
  });
});

describe('what does not sign anybody in', () => {
  it('an answer of the provider in another browser, or a second time', async () => {
    await start();
    const page = await open('/');
    const seen = page.waitForRequest((request) => request.url().startsWith(origin + CALLBACK));
    await signInAs(page, 'ada');
    const url = (await seen).url();
    await page.waitForURL(`${origin}/`);
    const other = await open('/');
    await other.goto(url);
    await other.getByText('began in another browser').waitFor();
    await close(other);
    await page.goto(url);
    await page.getByText('began in another browser').waitFor();
    await close(page);
  });

  it.each([
    ['an answer for another attempt', { code: 'made-up', state: 'another' }, 'state'],
    ['a code that the provider never gave', { code: 'made-up' }, 'invalid_grant'],
    ['an answer of another provider', { code: 'made-up', iss: 'https://evil.example.com' }, 'iss'],
    ['a person who says no', { error: 'access_denied' }, 'access_denied'],
    ['an answer without anything', {}, ''],
  ])('%s', async (_what, answer: Readonly<Record<string, string>>, why) => {
    await start();
    const begun = await fetch(`${origin}/sign-in/oidc`, { redirect: 'manual' });
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const query = new URLSearchParams({ state, iss: provider.issuer, ...answer });
    const ended = await fetch(`${origin}${CALLBACK}?${query}`, { headers: { cookie }, redirect: 'manual' });
    expect(ended.status).toBeGreaterThanOrEqual(401);
    expect(ended.headers.getSetCookie()).toEqual([expect.stringMatching(/^oncallm_oidc=; Max-Age=0/)]);
    expect(logged('Nobody was signed in')).toEqual([expect.objectContaining({ why: expect.stringContaining(why) })]);
  });

  it('a provider that is away: the page says so, and it works again when the provider is back', async () => {
    await start();
    await provider.close();
    const away = await fetch(`${origin}/sign-in/oidc`, { redirect: 'manual' });
    expect([away.status, await away.text()]).toEqual([502, expect.stringContaining('could not be asked')]);
    expect(logged('Nobody was signed in')).toEqual([expect.objectContaining({ why: expect.stringContaining('could not be asked for its addresses') })]);
    provider = await startIdentityProvider(origin + CALLBACK, GROUPS, {}, Number(new URL(provider.issuer).port));
    const back = await fetch(`${origin}/sign-in/oidc`, { redirect: 'manual' });
    expect([back.status, back.headers.get('location')]).toEqual([303, expect.stringContaining(`${provider.issuer}/auth?`)]);
  });

  it('a cookie that says it is somebody', async () => {
    await start();
    const session = [String(Math.floor(Date.now() / 1_000) + 3_600), 'user', 'operator', Buffer.from('ada').toString('base64url'), 'x'.repeat(43)].join('.');
    const answer = await fetch(`${origin}/reports`, { headers: { cookie: `oncallm_session=${session}` } });
    expect(answer.status).toBe(401);
  });
});
