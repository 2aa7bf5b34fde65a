import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, freePort, postAlerts, type Running, requireProgram, startAlertmanager, startProduct, temporaryDirectory } from './processes.ts';

interface Listed {
  readonly reports: readonly { readonly fingerprint: string; readonly status: string; readonly alert_status?: string; readonly alert_name: string }[];
  readonly next: string | null;
}

const running: Running[] = [];
const track = <T extends Running>(one: T): T => {
  running.push(one);
  return one;
};

beforeAll(() => requireProgram('prometheus-alertmanager', 'prometheus-alertmanager'));
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop('SIGKILL')));
});

/** The first YAML block of README.md, sent to this product with short times; the token comes from a file as docs/alertmanager.md says. */
function readmeConfig(product: Running, times: string): string {
  const block = /```yaml\n(?<yaml># alertmanager\.yml[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.groups?.['yaml'] ?? '';
  expect(block).toContain('http://oncallm.monitoring.svc:8001/webhook');
  return block.replace('http://oncallm.monitoring.svc:8001', product.url).replace('  receiver: oncallm\n', `  receiver: oncallm\n${times}`);
}

const FAST = '  group_wait: 0s\n  group_interval: 1s\n  repeat_interval: 2s\n';

/** All reports, over all pages. */
async function reports(product: Running): Promise<Listed['reports']> {
  const all: Listed['reports'][number][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Listed = (await (await fetch(`${product.url}/reports?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)).json()) as Listed;
    all.push(...page.reports);
    cursor = page.next;
  }
  return all;
}

const alert = (name: string, more: Record<string, string> = {}) => ({ labels: { alertname: name, namespace: 'shop', severity: 'critical', ...more } });

describe('a real Alertmanager', () => {
  it('delivers with the configuration of the README and a bearer token: firing, repeats, resolved', async () => {
    const directory = temporaryDirectory();
    const product = track(await startProduct(directory, { ONCALLM_WEBHOOK_TOKEN: 'old-token,your-secret-token' }));
    const alertmanager = track(await startAlertmanager(directory, readmeConfig(product, FAST)));
    await postAlerts(alertmanager, [alert('Delivered')]);
    const [first] = await eventually(
      'the report',
      () => reports(product),
      (all) => all.length === 1 && all[0]?.status === 'completed',
    );
    const requests = async () =>
      Number(/oncallm_webhook_requests_total\{[^}]*200[^}]*\} (\d+)/.exec(await (await fetch(`${product.url}/metrics`)).text())?.[1] ?? 0);
    await eventually('a repeat', requests, (count) => count >= 2);
    expect(await reports(product)).toHaveLength(1);

    await postAlerts(alertmanager, [{ ...alert('Delivered'), endsAt: new Date().toISOString() }]);
    const resolved = await eventually(
      'the resolve',
      async () => (await (await fetch(`${product.url}/reports/${first?.fingerprint}`)).json()) as { alert: { status: string; endsAt: string } },
      ({ alert: it }) => it.status === 'resolved',
    );
    expect(Date.parse(resolved.alert.endsAt)).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is told by a 401 that its token is wrong, and the log says who it was', async () => {
    const directory = temporaryDirectory();
    const product = track(await startProduct(directory, { ONCALLM_WEBHOOK_TOKEN: 'another-token' }));
    const alertmanager = track(await startAlertmanager(directory, readmeConfig(product, FAST)));
    await postAlerts(alertmanager, [alert('Refused')]);
    await eventually(
      'the log line',
      async () => product.output(),
      (output) => output.includes('Unauthorized') && output.includes('127.0.0.1'),
    );
    await eventually(
      'the sender to notice',
      async () => alertmanager.output(),
      (output) => output.includes('401'),
    );
    expect(await reports(product)).toEqual([]);
  });

  it('loses nothing when the product is stopped and started in the middle', async () => {
    const directory = temporaryDirectory();
    const port = await freePort();
    const env = { ONCALLM_WEBHOOK_TOKEN: 'your-secret-token', RATE_LIMIT_PER_IP: '0' };
    const before = track(await startProduct(directory, env, port));
    const config = readmeConfig(before, '  group_wait: 0s\n  group_interval: 10s\n').replace('group_by: [namespace, alertname]', "group_by: ['...']");
    const alertmanager = track(await startAlertmanager(directory, config));
    const names = Array.from({ length: 60 }, (_, index) => alert('Restarted', { pod: `pod-${index}` }));
    await postAlerts(alertmanager, names.slice(0, 20));
    await before.stop('SIGTERM');
    await postAlerts(alertmanager, names.slice(20, 40));
    const after = track(await startProduct(directory, env, port));
    await postAlerts(alertmanager, names.slice(40));
    const all = await eventually(
      'all sixty',
      () => reports(after),
      (list) => list.length === 60 && list.every(({ status }) => status === 'completed'),
      60_000,
    );
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(60);
  });

  it('as a pair sends what either has seen, and each alert is one report', async () => {
    const directory = temporaryDirectory();
    const product = track(await startProduct(directory, { ONCALLM_WEBHOOK_TOKEN: 'your-secret-token' }));
    const [left, right] = [await freePort(), await freePort()];
    const config = readmeConfig(product, '  group_wait: 0s\n  group_interval: 1s\n');
    const one = track(await startAlertmanager(directory, config, { port: left, peers: [] }));
    const two = track(await startAlertmanager(directory, config, { port: right, peers: [left] }));
    await postAlerts(one, [alert('Both'), alert('OnlyFirst')]);
    await postAlerts(two, [alert('Both'), alert('OnlySecond')]);
    const all = await eventually(
      'three reports',
      () => reports(product),
      (list) => list.length >= 3,
      60_000,
    );
    expect(all.map(({ alert_name }) => alert_name).toSorted()).toEqual(['Both', 'OnlyFirst', 'OnlySecond']);
  });

  it('brings 400 groups that fire in one second past the default limits by its own retries', { timeout: 700_000 }, async () => {
    const directory = temporaryDirectory();
    const product = track(await startProduct(directory, { ONCALLM_WEBHOOK_TOKEN: 'your-secret-token' }));
    const config = readmeConfig(product, '  group_wait: 0s\n  group_interval: 5m\n').replace('group_by: [namespace, alertname]', "group_by: ['...']");
    const alertmanager = track(await startAlertmanager(directory, config));
    await postAlerts(
      alertmanager,
      Array.from({ length: 400 }, (_, index) => alert('Storm', { pod: `pod-${index}` })),
    );
    const turnedAway = async () => (await (await fetch(`${product.url}/metrics`)).text()).includes('503');
    await eventually('the limit to be reached', turnedAway, Boolean, 60_000);
    const all = await eventually(
      'all 400',
      () => reports(product),
      (list) => list.length === 400,
      650_000,
    );
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(400);
  });
});

describe('the token file of docs/alertmanager.md', () => {
  it('works with credentials_file', async () => {
    const directory = temporaryDirectory();
    writeFileSync(path.join(directory, 'token'), 'from-a-file\n');
    const product = track(await startProduct(directory, { ONCALLM_WEBHOOK_TOKEN_FILE: path.join(directory, 'token') }));
    const block = /```yaml\n(?<yaml># alertmanager\.yml[\s\S]*?)```/.exec(readFileSync('docs/alertmanager.md', 'utf8'))?.groups?.['yaml'] ?? '';
    const config = block
      .replace('http://oncallm.monitoring.svc:8001', product.url)
      .replace('/etc/alertmanager/secrets/oncallm/token', path.join(directory, 'token'))
      .replace('group_wait: 30s', 'group_wait: 0s');
    const alertmanager = track(await startAlertmanager(directory, config));
    await postAlerts(alertmanager, [alert('FromFile'), { labels: { alertname: 'Watchdog', severity: 'none' } }]);
    const all = await eventually(
      'the report',
      () => reports(product),
      (list) => list.length > 0,
    );
    expect(all.map(({ alert_name }) => alert_name)).toEqual(['FromFile']);
  });
});
