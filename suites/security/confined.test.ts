import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, type Product, until, untilReady } from '../product/start-product.ts';

/** The security context of deploy/kubernetes.yaml, by running so: no root, no capabilities, a read-only root file system. Needs root and mount namespaces, to give them up. */
const PROJECT = join(import.meta.dirname, '../..');
const CONFINE = join(import.meta.dirname, 'confine.sh');
const NODE = '/mnt/app/node_modules/.bin/node';

let product: Product;
const processes: ChildProcess[] = [];

function confined(command: readonly string[], env: Readonly<Record<string, string>> = {}): { readonly process: ChildProcess; readonly output: () => string } {
  const child = spawn('unshare', ['--mount', CONFINE, PROJECT, ...command], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return { process: child, output: () => output };
}

beforeAll(async () => {
  const port = await freePort();
  const env = { NODE_ENV: 'production', APP_HOST: '127.0.0.1', APP_PORT: String(port), DATABASE_URL: '/mnt/data/oncallm.db' };
  const { process: child, output } = confined([NODE, '--enable-source-maps', '/mnt/app/dist/main.js', 'serve'], env);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  product = { url: `http://127.0.0.1:${port}`, process: child, output, exited };
  await untilReady(product);
});
afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await product?.exited;
});

it('takes alerts, investigates, serves the report, and ends cleanly', async () => {
  const body = JSON.stringify({ alerts: [{ labels: { alertname: 'HighCPUUsage', namespace: 'production' }, fingerprint: 'abc' }] });
  expect((await fetch(`${product.url}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status).toBe(200);
  await until(
    product,
    'the report is completed',
    async () => ((await (await fetch(`${product.url}/reports/abc`)).json()) as { status: string }).status === 'completed',
  );
  expect((await fetch(`${product.url}/report/abc`)).status).toBe(200);
  product.process.kill('SIGTERM');
  expect(await product.exited).toBe(0);
  expect(product.output()).not.toMatch(/EROFS|EACCES|EPERM/);
});

it('is confined indeed: the same user can write nowhere else, and has no privilege', async () => {
  const tries = `
    const { writeFileSync, readFileSync } = require('node:fs');
    const said = (act) => { try { act(); return 'written'; } catch (thrown) { return thrown.code; } };
    const places = ['/oncallm', '/etc/oncallm', '/usr/oncallm', '/var/tmp/oncallm', '/mnt/app/dist/oncallm', '/mnt/app/package.json', '/mnt/data/mine', '/tmp/mine'];
    const status = readFileSync('/proc/self/status', 'utf8');
    const of = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
    console.log(JSON.stringify({ ...Object.fromEntries(places.map((place) => [place, said(() => writeFileSync(place, 'x'))])), uid: of('Uid'), effective: of('CapEff'), bounding: of('CapBnd'), noNew: of('NoNewPrivs') }));
  `;
  const { process: child, output } = confined([NODE, '-e', tries]);
  await new Promise((resolve) => child.once('close', resolve));
  const { '/mnt/data/mine': data, '/tmp/mine': temporary, ...rest } = JSON.parse(output()) as Record<string, string>;
  expect([data, temporary]).toEqual(['written', 'written']);
  expect(rest).toEqual({
    '/oncallm': 'EROFS',
    '/etc/oncallm': 'EROFS',
    '/usr/oncallm': 'EROFS',
    '/var/tmp/oncallm': 'EROFS',
    '/mnt/app/dist/oncallm': 'EROFS',
    '/mnt/app/package.json': 'EROFS',
    uid: '10001',
    effective: '0000000000000000',
    bounding: '0000000000000000',
    noNew: '1',
  });
});

it('is what the manifest asks for', async () => {
  const manifest = await readFile(join(PROJECT, 'deploy/kubernetes.yaml'), 'utf8');
  for (const wanted of [
    'runAsNonRoot: true',
    'runAsUser: 10001',
    'readOnlyRootFilesystem: true',
    'allowPrivilegeEscalation: false',
    'drop:\n                - ALL',
  ])
    expect(manifest).toContain(wanted);
});
