import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from '#store/sqlite/open-sqlite-store.ts';
import type { Store } from '#store/store.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

/** The webhook with the real store behind it: points of section 10 that need both. */
let folder: string;
let store: Store;
let web: StartedWeb;
const time = { now: Date.parse('2026-11-23T12:00:00.000Z') };

beforeEach(async () => {
  time.now = Date.parse('2026-11-23T12:00:00.000Z');
  folder = await mkdtemp(join(tmpdir(), 'oncallm-web-'));
  store = await openSqliteStore({ file: join(folder, 'oncallm.db'), clock: () => new Date(time.now) });
  await store.migrate();
  web = await startWeb(
    { rateLimitPerIp: 0, rateLimitGlobal: 0 },
    { reading: store, receive: (delivery) => store.record(delivery, { correlationWindowMs: 600_000 }), clock: () => new Date(time.now) },
  );
});
afterEach(async () => {
  await web.app.close();
  await store.close();
  await rm(folder, { recursive: true });
});

interface Message {
  readonly alerts: readonly Record<string, unknown>[];
  readonly [more: string]: unknown;
}
async function deliver(message: Message, cluster = ''): Promise<void> {
  const answer = await web.app.inject({
    method: 'POST',
    url: `/webhook${cluster && `/${cluster}`}`,
    payload: JSON.stringify({ groupKey: '{}:{}', ...message }),
  });
  expect(answer.statusCode).toBe(200);
}
async function report(fingerprint: string) {
  return (await web.app.inject(`/reports/${fingerprint}`)).json();
}
const queueSize = async (): Promise<number> => (await web.app.inject('/health')).json().queue_size;

const firing = (fingerprint: string, startsAt = '2026-11-23T11:50:00Z', labels: Record<string, string> = {}) => ({
  ...{ fingerprint, startsAt, status: 'firing', endsAt: '0001-01-01T00:00:00Z' },
  labels: { alertname: `Alert-${fingerprint}`, namespace: 'shop', severity: 'warning', ...labels },
});
const resolved = (fingerprint: string, startsAt = '2026-11-23T11:50:00Z', endsAt = '2026-11-23T11:59:00Z') => ({
  ...firing(fingerprint, startsAt),
  status: 'resolved',
  endsAt,
});

describe('webhook and store together', () => {
  it('point 2: a delivery is answered before anything is investigated', async () => {
    await deliver({ alerts: [firing('a')] });
    expect(await report('a')).toMatchObject({ status: 'queued', analysis: null });
  });

  it('points 11 and 12: each alert of a group is handled by itself, whatever the group says', async () => {
    await deliver({ status: 'resolved', truncatedAlerts: 1, alerts: [firing('a'), resolved('b'), firing('c', undefined, { namespace: 'other' })] });
    const states = await Promise.all(['a', 'b', 'c'].map(async (fingerprint) => (await report(fingerprint)).alert.status));
    expect(states).toEqual(['firing', 'resolved', 'firing']);
    expect((await report('c')).namespace).toBe('other');
  });

  it('point 14: labels and annotations are kept', async () => {
    const labels = { alertname: 'A', deployment: 'api', job_name: 'j', 'k8s.pod.name': 'x', node: 'n1' };
    await deliver({ alerts: [{ fingerprint: 'a', labels, annotations: { empty: '', runbook_url: 'javascript:alert(1)' } }] });
    expect((await report('a')).alert).toMatchObject({ labels, annotations: { empty: '', runbook_url: 'javascript:alert(1)' } });
  });

  it('points 15 and 16: the same again, or an earlier startsAt, is the same occurrence and no more work', async () => {
    await deliver({ alerts: [firing('a')] });
    const before = await queueSize();
    time.now += 61_000;
    await deliver({ alerts: [firing('a')] });
    await deliver({ alerts: [firing('a', '2026-11-23T11:48:00Z')] });
    const after = await report('a');
    expect(after.alert).toMatchObject({ repeats: 2, startsAt: '2026-11-23T11:48:00.000Z' });
    expect(after.history).toHaveLength(1);
    expect(await queueSize()).toBe(before);
  });

  it('point 17: the stale copy of a second peer does not open it again', async () => {
    await deliver({ alerts: [firing('a')] });
    await deliver({ alerts: [resolved('a')] });
    time.now += 15_000;
    await deliver({ alerts: [firing('a')] });
    expect((await report('a')).alert.status).toBe('resolved');
    time.now += 61_000;
    await deliver({ alerts: [firing('a')] });
    expect((await report('a')).alert.status).toBe('resolved');
  });

  it('point 21: what nobody speaks of is stale, not resolved; its incident closes, and every form of the report says when it was last mentioned', async () => {
    await deliver({ alerts: [firing('a')] });
    time.now += 3_600_000;
    await deliver({ alerts: [firing('a')] });
    const lastSeen = new Date(time.now).toISOString();
    time.now += 49 * 3_600_000;
    await store.closeStale(new Date(time.now - 48 * 3_600_000).toISOString());
    const said = await report('a');
    expect(said).toMatchObject({
      status: 'skipped',
      alert: { status: 'stale', endsAt: null, last_seen_at: lastSeen },
      history: [{ state: 'stale', endsAt: null }],
    });
    const get = async (url: string, accept: string) => (await web.app.inject({ url, headers: { accept } })).body;
    expect(await get('/report/a', 'text/markdown')).toContain(`taken to be over, not resolved: Alertmanager mentioned it last at ${lastSeen}`);
    const { incidents } = JSON.parse(await get('/api/v1/incidents', 'application/json'));
    expect(incidents).toMatchObject([{ state: 'closed', closed_at: new Date(time.now).toISOString(), alerts: { total: 1, firing: 0 } }]);
    expect(JSON.parse(await get('/reports?alert_status=firing', 'application/json')).reports).toEqual([]);
    await deliver({ alerts: [resolved('a', undefined, '2026-11-25T12:00:00Z')] });
    expect((await report('a')).alert, 'resolved after all').toMatchObject({ status: 'resolved', endsAt: '2026-11-25T12:00:00.000Z' });
  });

  it('point 18: a later startsAt is a new occurrence, resolve or not', async () => {
    await deliver({ alerts: [firing('a')] });
    await deliver({ alerts: [firing('a', '2026-11-23T11:58:00Z')] });
    expect((await report('a')).history.map(({ startsAt }: { startsAt: string }) => startsAt)).toEqual(['2026-11-23T11:58:00.000Z', '2026-11-23T11:50:00.000Z']);
  });

  it('point 19: a repeat says that it still fires', async () => {
    await deliver({ alerts: [firing('a')] });
    time.now += 4 * 3_600_000;
    await deliver({ alerts: [firing('a')] });
    expect(await report('a')).toMatchObject({ alert: { last_seen_at: '2026-11-23T16:00:00.000Z', status: 'firing' } });
    expect(await queueSize()).toBe(1);
  });

  it('points 20 and 22: resolved closes and keeps the report, and is never itself investigated', async () => {
    await deliver({ alerts: [firing('a')] });
    await deliver({ alerts: [resolved('a')] });
    expect(await report('a')).toMatchObject({ status: 'skipped', alert: { status: 'resolved', endsAt: '2026-11-23T11:59:00.000Z' } });
    await deliver({ alerts: [resolved('never-seen')] });
    expect((await report('never-seen')).status).toBe('skipped');
    expect(await queueSize()).toBe(0);
  });

  it('point 23: truncation is on the report', async () => {
    await deliver({ truncatedAlerts: 3, alerts: [firing('a')] });
    expect((await report('a')).alert.truncated_alerts).toBe(3);
  });

  it('point 24: Watchdog is a heartbeat, noise is not investigated', async () => {
    await deliver(
      { alerts: [firing('w', undefined, { alertname: 'Watchdog', severity: 'none' }), firing('i', undefined, { alertname: 'InfoInhibitor' })] },
      'eu',
    );
    expect(await queueSize()).toBe(0);
    expect((await web.app.inject('/metrics')).body).toContain(`oncallm_last_watchdog_timestamp_seconds{cluster="eu"} ${time.now / 1_000}`);
  });

  it('point 26: receivers, routes and peers do not matter', async () => {
    await deliver({ receiver: 'one', groupKey: '{}/a:{}', externalURL: 'http://am-0', alerts: [firing('a')] });
    time.now += 61_000;
    await deliver({ receiver: 'two', groupKey: '{}/b:{}', externalURL: 'http://am-1', alerts: [firing('a')] });
    expect((await report('a')).history).toHaveLength(1);
    expect(await queueSize()).toBe(1);
  });

  it('accepts an empty group', async () => {
    await deliver({ alerts: [] });
    expect((await web.app.inject('/reports')).json().reports).toEqual([]);
  });

  it('stores hostile strings as they are', async () => {
    const nasty = '</script><img src=x onerror=alert(1)>\u0000\u001b[31m\u202e\u2028 {{7*7}} $(id)';
    await deliver({ alerts: [{ fingerprint: 'a', labels: { alertname: nasty, [nasty]: nasty } }] });
    expect((await report('a')).alert.labels).toEqual({ alertname: nasty, [nasty]: nasty });
  });
});

describe('the captured payloads', () => {
  interface Entry {
    readonly file: string;
    readonly alerts?: number;
  }
  const payloads = new URL('../../testing/payloads/', import.meta.url);
  const index = JSON.parse(readFileSync(new URL('index.json', payloads), 'utf8')) as readonly Entry[];

  async function allReports(): Promise<Set<string>> {
    const keys = new Set<string>();
    let cursor = '';
    do {
      const { reports, next } = (await web.app.inject(`/reports?limit=200${cursor && `&cursor=${cursor}`}`)).json();
      for (const { cluster, fingerprint } of reports) keys.add(`${cluster}/${fingerprint}`);
      cursor = next ?? '';
    } while (cursor);
    return keys;
  }

  it('are all accepted and stored, with a report for every alert', async () => {
    const occurrences = new Map<string, Set<string>>();
    for (const { file, alerts } of index) {
      const payload = readFileSync(new URL(file, payloads), 'utf8');
      const cluster = file.split('/')[0] ?? '';
      const answer = await web.app.inject({ method: 'POST', url: `/webhook/${cluster}`, payload, headers: { 'content-type': 'application/json' } });
      expect([file, answer.statusCode]).toEqual([file, 200]);
      const links: readonly { fingerprint: string }[] = answer.json().report_urls;
      expect([file, links.length]).toEqual([file, alerts ?? 1]);
      const starts = ([] as { startsAt: string }[]).concat(JSON.parse(payload).alerts ?? JSON.parse(payload));
      links.forEach(({ fingerprint }, position) => {
        const known = occurrences.get(`${cluster}/${fingerprint}`) ?? new Set();
        occurrences.set(`${cluster}/${fingerprint}`, known.add(new Date(starts[position]?.startsAt ?? '').toISOString()));
      });
      time.now += 1_000;
    }
    const { episodes } = await store.counts();
    // An earlier startsAt joins the episode that is open (HA pairs), so there are at most as many episodes as there were starts.
    const starts = [...occurrences.values()].reduce((sum, each) => sum + each.size, 0);
    expect(episodes).toBeLessThanOrEqual(starts);
    expect(episodes).toBeGreaterThanOrEqual(occurrences.size);
    expect(await allReports()).toEqual(new Set(occurrences.keys()));
  }, 20_000);
});
