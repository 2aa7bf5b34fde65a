import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sampleReports } from '#testing/sample-reports.ts';
import type { Message } from '../notifier.ts';
import { createSlackNotifier } from './slack-notifier.ts';

const never = new AbortController().signal;
let close = (): void => {};
afterEach(() => close());

/** What the channel got. */
async function told(message: Message): Promise<{ readonly text: string; readonly blocks: readonly { readonly text: { readonly text: string } }[] }> {
  return JSON.parse((await bodiesFor(message))[0] ?? '');
}

async function messagesFor(message: Message): Promise<number> {
  return (await bodiesFor(message)).length;
}

async function bodiesFor(message: Message): Promise<readonly string[]> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      response.end('ok');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  const sent = await createSlackNotifier({ url: `http://127.0.0.1:${port}/services/T0/B0/key`, version: '1' }).send(message, never);
  expect(sent).toEqual({ delivered: true });
  close();
  return bodies;
}

const { answered } = sampleReports;
const message: Message = { investigationId: 'i1', ended: 'completed', report: answered };

test('says the answer, how sure it is, what to do first, and where the report is', async () => {
  const { text, blocks } = await told(message);
  expect(blocks[0]?.text.text).toBe(text);
  const [cause] = answered.analysis?.root_causes ?? [];
  const action = answered.analysis?.actions.find(({ command }) => command !== '');
  expect(text).toContain(`<${answered.report_url}|`);
  expect(text).toContain(`${cause?.confidence}: ${cause?.code}`);
  expect(text).toContain(`\`${action?.command}\``);
  expect(text.split('\n').length).toBeLessThanOrEqual(4);
});

test('says in the same lines that the alert flaps', async () => {
  const flapping = { times: 5, since: '2026-01-05T02:40:00.000Z', last: '2026-01-05T03:09:10.000Z' };
  const { text } = await told({ ...message, report: { ...answered, flapping } });
  expect(text).toContain('flapping, 5 times within an hour');
  expect(text.split('\n').length).toBeLessThanOrEqual(4);
});

test('is silent about an alert that goes on flapping with the same cause, and speaks when there is something new', async () => {
  const starts = [50, 40, 30, 20, 10].map((minute) => `2026-01-05T02:${minute}:00.000Z`);
  const history = (causes: readonly (string | null)[]) =>
    starts.map((startsAt, nth) => ({ episode: `e${nth}`, startsAt, endsAt: null, state: 'resolved' as const, cause: causes[nth] ?? 'Out of memory' }));
  const alone = answered.incident && { ...answered.incident, alerts: answered.incident.alerts.slice(0, 1) };
  const on = { ...answered, incident: alone, history: history([]) };
  expect(await messagesFor({ ...message, report: on })).toBe(0);
  expect(await messagesFor({ ...message, report: { ...on, history: on.history.slice(1) } }), 'it is recognised').toBe(1);
  expect(await messagesFor({ ...message, report: { ...on, history: history(['Disk full']) } }), 'another cause').toBe(1);
  expect(await messagesFor({ ...message, report: { ...on, incident: answered.incident } }), 'other alerts are in the incident').toBe(1);
  expect(await messagesFor({ ...message, ended: 'failed', report: on }), 'it could not be looked into').toBe(1);
});

test('text from the cluster mentions nobody and links nowhere', async () => {
  if (answered.analysis === null || answered.incident === null) throw new Error('the sample has an answer');
  const hostile = '<!channel> <https://evil.example|ok> & `x`\n*everybody*';
  const report = {
    ...answered,
    incident: { ...answered.incident, title: hostile },
    analysis: { ...answered.analysis, summary: hostile.repeat(200) },
  };
  const { text } = await told({ ...message, report });
  expect(text.match(/<[^>]*>/g)).toEqual([`<${answered.report_url}|${'&lt;!channel&gt; &lt;https://evil.example|ok&gt; &amp; `x` *everybody*'}>`]);
  expect(text.length).toBeLessThan(3_000);
});

test('says that an investigation failed, and why', async () => {
  const { text } = await told({ ...message, ended: 'failed', report: { ...answered, status: 'failed', status_reason: 'API server: timeout', analysis: null } });
  expect(text).toContain('The investigation failed: API server: timeout');
});
