import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '#testing/models/model-server.ts';
import { requireProgram, temporaryDirectory } from '../alertmanager/processes.ts';

const models: ModelServer[] = [];
const proxies: Server[] = [];
afterEach(async () => {
  await Promise.all(models.splice(0).map((one) => one.close()));
  for (const proxy of proxies.splice(0)) proxy.close().closeAllConnections();
});

let certificate = '';
let tls: { readonly key: string; readonly cert: string };
beforeAll(() => {
  requireProgram('openssl', 'openssl');
  const folder = temporaryDirectory();
  certificate = path.join(folder, 'ca.pem');
  const key = path.join(folder, 'key.pem');
  const names = 'subjectAltName=IP:127.0.0.1,DNS:model.internal';
  const make = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=model.internal -addext ${names} -keyout ${key} -out ${certificate}`;
  execFileSync('openssl', make.split(' '), { stdio: 'ignore' });
  tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(certificate, 'utf8') };
});

async function modelBehindTls(): Promise<ModelServer> {
  const model = await startModelServer('chat', [{ text: 'ok' }], tls);
  models.push(model);
  return model;
}

/** A proxy that leads every name to this machine, and remembers the names. */
async function startProxy(port: number): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const proxy = createServer((_, response) => response.writeHead(405).end());
  proxy.on('connect', (request, client) => {
    asked.push(request.url ?? '');
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const one of [client, server]) one.on('error', () => one.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  proxies.push(proxy);
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

/** What `oncallm doctor` says about the model. */
function doctor(env: Readonly<Record<string, string>>): Promise<string> {
  const settings = {
    PATH: process.env['PATH'] ?? '',
    HOME: temporaryDirectory(),
    DATABASE_URL: `${temporaryDirectory()}/o.db`,
    KUBECONFIG: '/nonexistent',
    LLM_MODEL: 'test-model',
    OPENAI_API_KEY: 'right-key',
    ...env,
  };
  return new Promise((resolve) => execFile(process.execPath, ['dist/main.js', 'doctor'], { env: settings }, (_, out) => resolve(out)));
}

describe('the way to the model', () => {
  it('ends at a certificate that nobody vouches for, and says what to do; with the authority it goes on', async () => {
    const { baseUrl } = await modelBehindTls();
    const refused = await doctor({ LLM_API_BASE: baseUrl });
    expect(refused).toMatch(/Language model.*cannot be reached/);
    expect(refused).toContain('NODE_EXTRA_CA_CERTS');
    expect(await doctor({ LLM_API_BASE: baseUrl, NODE_EXTRA_CA_CERTS: certificate })).toContain('test-model answers');
  });

  it('leads through the proxy that the environment names', async () => {
    const { baseUrl } = await modelBehindTls();
    const { url, asked } = await startProxy(Number(new URL(baseUrl).port));
    const trusted = { LLM_API_BASE: 'https://model.internal/v1', NODE_EXTRA_CA_CERTS: certificate };
    expect(await doctor(trusted)).toMatch(/Language model.*cannot be reached/);
    expect(asked).toEqual([]);
    expect(await doctor({ ...trusted, HTTPS_PROXY: url, NODE_USE_ENV_PROXY: '1' })).toContain('test-model answers');
    expect(asked).toContain('model.internal:443');
  });
});
