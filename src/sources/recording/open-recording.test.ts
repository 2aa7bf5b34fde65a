import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { list, log, type Question } from '#domain/question.ts';
import { openRecording } from './open-recording.ts';

const oom = join(import.meta.dirname, '../../../testing/kubesim/examples/crashloop-oom');
const folder = mkdtempSync(join(tmpdir(), 'recording-'));
afterAll(() => rmSync(folder, { recursive: true }));

const signal = new AbortController().signal;
const pod = (name: string, namespace = 'shop') => ({ kind: 'Pod', namespace, name });
const series = { about: 'series', topic: 'metrics', matchers: [], from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', stepSeconds: 1 } as const;

/** A recording of these files. */
let count = 0;
async function recordingOf(files: Readonly<Record<string, string>>, from?: string) {
  count += 1;
  const dir = join(folder, String(count));
  mkdirSync(dir);
  if (from) cpSync(from, dir, { recursive: true });
  for (const [name, text] of Object.entries({ 'snapshot.json': '{"takenAt":"2026-03-01T10:30:00Z","namespace":"shop"}', ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const recording = await openRecording(dir);
  return { ...recording, ask: <Q extends Question>(question: Q) => recording.source.answer(question, signal) };
}
const podList = (...names: string[]) => JSON.stringify({ kind: 'List', items: names.map((name) => ({ metadata: { name, namespace: name.split('-')[0] } })) });

describe('opening', () => {
  test('says when it was taken, of what, and with what alert', async () => {
    const recording = await openRecording(oom);
    expect(recording).toMatchObject({ takenAt: '2026-03-01T10:30:00.000Z', namespace: 'shop', alert: expect.anything() });
    expect(recording.topology).toBeUndefined();
    expect(await recording.source.check(signal)).toMatchObject({ state: 'ok' });
  });
  test('a service map, or none where it is malformed', async () => {
    expect((await recordingOf({ 'topology.json': '[{"from":"a","to":"b"}]' })).topology).toEqual([{ from: 'a', to: 'b' }]);
    expect((await recordingOf({ 'topology.json': '{"from":7}' })).topology).toBeUndefined();
  });
  test.each([
    ['no such directory', join(folder, 'nowhere'), 'recording-missing'],
    ['no snapshot.json', folder, 'recording-invalid'],
  ])('%s', async (_, dir, code) => {
    await expect(openRecording(dir)).rejects.toMatchObject({ code, fix: expect.stringMatching(/oncallm record/) });
  });
  test('a snapshot.json that is no JSON, or has no time', async () => {
    await expect(recordingOf({ 'snapshot.json': '{' })).rejects.toMatchObject({ code: 'recording-invalid' });
    await expect(recordingOf({ 'snapshot.json': '{"takenAt":"yesterday"}' })).rejects.toMatchObject({ code: 'recording-invalid' });
  });
});

describe('lists', () => {
  test('of a namespace, of all, and empty ones', async () => {
    const { ask } = await recordingOf({ 'resources/pods.json': podList('shop-1', 'cart-1'), 'resources/events.json': '{"kind":"List","items":[]}' });
    expect(await ask(list('pods', 'shop'))).toMatchObject({
      outcome: 'present',
      observedAt: '2026-03-01T10:30:00.000Z',
      data: [{ metadata: { name: 'shop-1' } }],
    });
    expect(await ask(list('pods'))).toMatchObject({ data: [{}, {}] });
    expect(await ask(list('pods', 'nowhere'))).toMatchObject({ outcome: 'present', data: [] });
    expect(await ask(list('events', 'shop'))).toMatchObject({ outcome: 'present', data: [] });
  });
  test('a kind without a file is a gap', async () => {
    const { ask } = await recordingOf({});
    expect(await ask(list('jobs', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded', why: 'The recording has no jobs.batch.json.' });
  });
  test('a file that is no list is a gap, not an empty list', async () => {
    const { ask } = await recordingOf({ 'resources/pods.json': '{"kind":"Status"}', 'resources/nodes.json': '{' });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
    expect(await ask(list('nodes'))).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
  });
  test('what lies outside the recorded namespaces is a gap', async () => {
    const snapshot = '{"takenAt":"2026-03-01T10:30:00Z","namespace":"shop","namespaces":["shop"]}';
    const { ask } = await recordingOf({
      'snapshot.json': snapshot,
      'resources/pods.json': podList('shop-1'),
      'resources/nodes.json': podList('n'),
      'logs/shop/p/c.log': '',
    });
    expect(await ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present' });
    expect(await ask(list('nodes'))).toMatchObject({ outcome: 'present' });
    for (const question of [list('pods', 'cart'), list('pods'), log(pod('p', 'cart'), 'c')]) {
      expect(await ask(question)).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
    }
  });
  test('endpoints from slices, or from Endpoints', async () => {
    const { ask } = await recordingOf({}, oom);
    expect(await ask(list('endpoints', 'shop'))).toMatchObject({
      outcome: 'present',
      data: expect.arrayContaining([expect.objectContaining({ kind: 'Endpoints' })]),
    });
  });
});

describe('logs', () => {
  const files = {
    'logs/shop/p/c.log': 'one\ntwo\n',
    'logs/shop/p/c.previous.log': '2026-03-01T10:00:00.123456789Z before\n',
    'logs/shop/p/late.log.error': 'Error from server (BadRequest): container "late" in pod "p" is waiting to start: PodInitializing\n',
    'logs/shop/p/lost.log.error': 'Error from server: Get "https://10.0.0.1:10250/containerLogs": dial tcp 10.0.0.1:10250: connect: connection refused\n',
    'logs/shop/p/gone.log': 'unable to retrieve container logs for containerd://abc',
    'secret.log': 'outside',
  };
  test('current and previous, with the times they were recorded with', async () => {
    const { ask } = await recordingOf(files);
    expect(await ask(log(pod('p'), 'c'))).toMatchObject({
      outcome: 'present',
      data: { lines: [{ at: null, text: 'one' }, { text: 'two' }], truncated: false },
    });
    expect(await ask(log(pod('p'), 'c', 'previous'))).toMatchObject({ data: { lines: [{ at: '2026-03-01T10:00:00.123Z', text: 'before' }] } });
  });
  test('what the API said instead: no log yet is a fact, an unreachable node a gap', async () => {
    const { ask } = await recordingOf(files);
    expect(await ask(log(pod('p'), 'late'))).toMatchObject({ outcome: 'absent' });
    expect(await ask(log(pod('p'), 'lost'))).toMatchObject({ outcome: 'unavailable', reason: 'unreachable', why: expect.stringMatching(/connection refused/) });
    expect(await ask(log(pod('p'), 'gone'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  });
  test('no file: no log, if logs were recorded at all', async () => {
    expect(await (await recordingOf(files)).ask(log(pod('other'), 'c'))).toMatchObject({ outcome: 'absent' });
    expect(await (await recordingOf({})).ask(log(pod('p'), 'c'))).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  });
  test.each([
    ['..', '..', '../secret'],
    ['shop', '../..', 'secret'],
    ['shop', 'p/../../..', 'secret'],
    ['.', '.', 'c'],
    ['shop', 'p', '../../../secret'],
    ['shop', 'p\0', 'c'],
  ])('names that lead out of the directory name no file: %s %s %s', async (namespace, name, container) => {
    expect(await (await recordingOf(files)).ask(log(pod(name, namespace), container))).toMatchObject({ outcome: 'absent' });
  });
});

describe('metrics', () => {
  test('are answered from metrics.om', async () => {
    const { ask } = await recordingOf({ 'metrics.om': 'up{job="a"} 1 1772359200\n# EOF\n' });
    expect(await ask({ ...series, metric: 'up' })).toMatchObject({ outcome: 'present', data: [{ labels: { job: 'a' }, samples: [{ value: 1 }] }] });
    expect(await ask({ ...series, metric: 'down' })).toMatchObject({ outcome: 'present', data: [] });
    expect(await ask({ ...series, metric: 'up', matchers: [{ label: 'job', op: '=~', value: '(' }] })).toMatchObject({
      outcome: 'unavailable',
      reason: 'invalid',
    });
  });
  test('tell who calls whom, each pair once', async () => {
    const sample = (code: string) =>
      `istio_requests_total{source_workload="web",destination_workload="cart",destination_workload_namespace="shop",response_code="${code}"} 1 1772359200`;
    const { ask } = await recordingOf({ 'metrics.om': `${sample('200')}\n${sample('500')}\nup{job="a"} 1 1772359200\n# EOF\n` });
    expect(await ask({ about: 'calls', topic: 'metrics', at: '2026-03-01T10:00:00Z' })).toMatchObject({
      outcome: 'present',
      data: [{ client: { name: 'web', namespace: undefined }, server: { name: 'cart', namespace: 'shop' } }],
    });
    const none = await recordingOf({ 'metrics.om': 'up{job="a"} 1 1772359200\n# EOF\n' });
    expect(await none.ask({ about: 'calls', topic: 'metrics', at: '2026-03-01T10:00:00Z' })).toMatchObject({ outcome: 'present', data: [] });
  });
  test('without it they are a gap', async () => {
    expect(await (await recordingOf({})).ask({ about: 'calls', topic: 'metrics', at: '2026-03-01T10:00:00Z' })).toMatchObject({ reason: 'not-recorded' });
    expect(await (await recordingOf({})).ask({ ...series, metric: 'up' })).toMatchObject({ outcome: 'unavailable', reason: 'not-recorded' });
  });
});
