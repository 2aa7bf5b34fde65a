import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, type Product, startProduct, until, untilReady } from '../product/start-product.ts';

/**
 * Nothing that an alert, or a server that OnCallM asks, says can make it open a connection to anywhere that is not in its settings. A canary listens where the hostile addresses
 * lead; it counts connections, so that not even an attempt goes unnoticed.
 */
let folder: string;
let product: Product;
let canary: Server;
let trap: string;
let touched = 0;
const servers: Server[] = [];
const asked: Record<string, number> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-outbound-'));
  canary = createServer((_request, response) => response.end('{}'));
  canary.on('connection', () => {
    touched += 1;
  });
  trap = await listen(canary);
  // What the settings name is there, and sends every request on to the canary.
  const redirecting = (name: string, status: number): Promise<string> =>
    listen(
      createServer((request, response) => {
        asked[name] = (asked[name] ?? 0) + 1;
        request.resume();
        response.writeHead(status, { location: `${trap}/${name}` }).end();
      }),
    );
  const database = join(folder, 'oncallm.db');
  product = startProduct({
    database,
    port: await freePort(),
    env: {
      PROMETHEUS_URL: await redirecting('prometheus', 302),
      LOKI_URL: await redirecting('loki', 307),
      NOTIFY_WEBHOOK_URL: await redirecting('notify', 308),
      LLM_MODEL: 'vllm/some-model',
      LLM_API_BASE: `${await redirecting('model', 301)}/v1`,
      OIDC_ISSUER: await redirecting('provider', 302),
      OIDC_CLIENT_ID: 'oncallm',
      OIDC_CLIENT_SECRET: 'a-client-secret-of-many-characters',
    },
  });
  await untilReady(product);
});
afterAll(async () => {
  product?.process.kill('SIGKILL');
  await product?.exited;
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(folder, { recursive: true, force: true });
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('goes nowhere that an alert names, and nowhere that a server sends it on to', async () => {
  const links = Object.fromEntries(
    ['runbook_url', 'dashboard_url', 'dashboardURL', 'panelURL', 'silenceURL', 'imageURL', 'summary', 'description', 'message', 'callback'].map((name) => [
      name,
      `${trap}/${name}`,
    ]),
  );
  const answer = await fetch(`${product.url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', host: new URL(trap).host, 'x-forwarded-host': new URL(trap).host },
    body: JSON.stringify({
      externalURL: `${trap}/alertmanager`,
      receiver: trap,
      alerts: [
        {
          labels: {
            alertname: 'KubePodCrashLooping',
            severity: 'critical',
            namespace: 'shop',
            pod: 'web-0',
            instance: new URL(trap).host,
            url: `${trap}/label`,
            prometheus: `${trap}/p`,
          },
          annotations: links,
          generatorURL: `${trap}/graph?g0.expr=up&g0.tab=1`,
          ...links,
        },
      ],
    }),
  });
  const { report_urls: reports } = (await answer.json()) as { readonly report_urls: readonly { readonly fingerprint: string; readonly report_url: string }[] };
  expect(answer.status).toBe(200);
  await until(product, 'everything that is configured was asked', async () => {
    // Somebody signs in meanwhile.
    if (asked['provider'] === undefined) await fetch(`${product.url}/sign-in/oidc`, { redirect: 'manual' });
    return ['prometheus', 'loki', 'notify', 'model', 'provider'].every((name) => asked[name] !== undefined);
  });
  expect(reports).toHaveLength(1);
  expect(touched).toBe(0);
});
