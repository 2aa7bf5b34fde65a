import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyLine, freePort, type Product, post, runProduct, scratch, startProduct, stopProduct, until, untilReady, webhook } from './start-product.ts';

let folder: Awaited<ReturnType<typeof scratch>>;
const started: Product[] = [];
beforeAll(async () => {
  folder = await scratch();
});
afterAll(async () => {
  for (const product of started) product.process.kill('SIGKILL');
  await folder.remove();
});

async function start(name: string, env: Record<string, string> = {}): Promise<Product> {
  const product = startProduct({ database: join(folder.dir, `${name}.db`), port: await freePort(), env });
  started.push(product);
  await untilReady(product);
  return product;
}

test('starts without any setting, is ready within a second, and answers the documented example', async () => {
  const product = await start('first');
  const ready = product
    .output()
    .split('\n')
    .find((line) => line.includes('"Ready"'));
  // Twice what PRODUCT promises: other tests use the machine too.
  expect(JSON.parse(ready ?? '{}').startMs).toBeLessThan(2_000);
  const body =
    '{"alerts":[{"labels":{"alertname":"TestAlert","severity":"warning"},"annotations":{"summary":"Test"},"startsAt":"2024-01-15T10:30:00.000Z","fingerprint":"test123"}]}';
  const answer = await fetch(`${product.url}/webhook`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(await answer.json()).toEqual({
    status: 'success',
    message: 'Alerts queued for analysis',
    report_urls: [{ fingerprint: 'test123', alert_name: 'TestAlert', namespace: 'Unknown', report_url: 'http://localhost:8001/report/test123' }],
  });
  await until(
    product,
    'the report is complete',
    async () => ((await (await fetch(`${product.url}/reports/test123`)).json()) as { status: string }).status === 'completed',
  );
  expect(await stopProduct(product)).toBe(0);
});

test('SIGTERM finishes what runs, refuses what is new, and what waits is done after the next start', async () => {
  const product = await start('drain', { WORKER_THREADS: '1' });
  const groups = Array.from({ length: 40 }, (_, index) => `drain-${index}`);
  const answers = await Promise.all(groups.map((group) => post(product, webhook([`Alert-${group}`], group))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(await stopProduct(product)).toBe(0);

  const again = startProduct({ database: join(folder.dir, 'drain.db'), port: await freePort() });
  started.push(again);
  await untilReady(again);
  await until(again, 'everything is investigated', async () => {
    const reports = await everyLine(again, '/reports', 'reports');
    return reports.length === groups.length && reports.every(({ status }) => status === 'completed');
  });
  expect(again.output()).not.toContain('ended without a word');
  expect(await stopProduct(again)).toBe(0);
});

test('wrong settings stop the start with one line each and exit code 3', async () => {
  const { code, out, err } = await runProduct(['serve'], { APP_PORT: 'eighty', RATE_LIMIT_GLOBAL: '-1', ONCALLM_WEBHOOK_TOKEN_FILE: '/nowhere/token' });
  expect(code).toBe(3);
  expect(out).toBe('');
  expect(err.trim().split('\n').toSorted()).toEqual([
    expect.stringMatching(/^oncallm: APP_PORT: got "eighty"/),
    expect.stringMatching(/^oncallm: ONCALLM_WEBHOOK_TOKEN_FILE: cannot read/),
    expect.stringMatching(/^oncallm: RATE_LIMIT_GLOBAL: got "-1"/),
  ]);
});

test('a port in use, and a place where no database can be, are one line and exit code 1', async () => {
  const product = await start('port');
  const port = new URL(product.url).port;
  const second = await runProduct([], { APP_HOST: '127.0.0.1', APP_PORT: port, DATABASE_URL: join(folder.dir, 'other.db') });
  expect(second).toMatchObject({ code: 1, err: expect.stringMatching(/^oncallm serve: Port \d+ on 127\.0\.0\.1 is in use\. .*APP_PORT.*\n$/) });
  await stopProduct(product);

  await writeFile(join(folder.dir, 'a-file'), '');
  const nowhere = await runProduct([], { APP_HOST: '127.0.0.1', APP_PORT: port, DATABASE_URL: join(folder.dir, 'a-file/x/oncallm.db') });
  expect(nowhere).toMatchObject({ code: 1, err: expect.stringMatching(/^oncallm serve: .*a-file.* DATABASE_URL .*\n$/) });
});

test('when nothing more can be written nothing is acknowledged, and what was acknowledged is there', async () => {
  const database = join(folder.dir, 'limited.db');
  // No file of this process may grow beyond 2 MiB (the shell counts 512 bytes): what a full disk does, without needing a disk of its own.
  const product = startProduct({ database, port: await freePort(), shell: 'ulimit -f 4096' });
  started.push(product);
  await untilReady(product);
  const answers = [];
  for (let count = 0; count < 40; count++) answers.push(await post(product, webhook([`Alert-${count}`], `${count}-${randomBytes(10_000).toString('hex')}`)));
  const acknowledged = answers.filter(({ status }) => status === 200).flatMap(({ fingerprints }) => fingerprints);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
  product.process.kill('SIGKILL');
  await product.exited;

  const roomy = startProduct({ database, port: await freePort() });
  started.push(roomy);
  await untilReady(roomy);
  const there = (await everyLine(roomy, '/reports', 'reports')).map(({ fingerprint }) => fingerprint);
  expect(there.toSorted()).toEqual(acknowledged.toSorted());
  await stopProduct(roomy);
});

test('a finished report is posted to the outbound webhook', async () => {
  const got: { readonly event: string; readonly report: { readonly alert_name: string; readonly status: string } }[] = [];
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push(JSON.parse(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const product = await start('notify', { NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook` });
  await post(product, webhook(['Told'], 'notify'));
  await until(product, 'the report is posted', async () => got.length > 0);
  expect(got).toMatchObject([{ event: 'report.completed', report: { alert_name: 'Told', status: 'completed' } }]);
  await stopProduct(product);
  receiver.close();
});

test('backup copies a database that is in use, and does not overwrite', async () => {
  const product = await start('backup');
  await post(product, webhook(['Kept'], 'backup'));
  const copy = join(folder.dir, 'copy.db');
  const env = { DATABASE_URL: join(folder.dir, 'backup.db') };
  expect(await runProduct(['backup', copy], env)).toMatchObject({ code: 0, out: `Wrote ${copy}.\n` });
  expect(await runProduct(['backup', copy], env)).toMatchObject({ code: 1, err: expect.stringContaining('exists already') });
  await stopProduct(product);

  const restored = startProduct({ database: copy, port: await freePort() });
  started.push(restored);
  await untilReady(restored);
  expect((await everyLine(restored, '/reports', 'reports')).map(({ alert_name: name }) => name)).toEqual(['Kept']);
  await stopProduct(restored);
});

test('a secret in a file only its owner may read is read, and never shown', async () => {
  const file = join(folder.dir, 'token');
  await writeFile(file, 'open-sesame-1\n');
  await chmod(file, 0o400);
  const product = await start('token', { ONCALLM_WEBHOOK_TOKEN_FILE: file });
  expect((await post(product, webhook(['A'], 'a'))).status).toBe(401);
  const authorized = await fetch(`${product.url}/webhook`, {
    method: 'POST',
    headers: { authorization: 'Bearer open-sesame-1', 'content-type': 'application/json' },
    body: webhook(['A'], 'a'),
  });
  expect(authorized.status).toBe(200);
  await stopProduct(product);
  expect(product.output()).toContain('Unauthorized');
  expect(product.output()).not.toContain(await readFile(file, 'utf8').then((text) => text.trim()));
});
