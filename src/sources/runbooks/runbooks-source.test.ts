import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunbooksQuestion } from '#domain/question.ts';
import { createRunbooksSource } from './runbooks-source.ts';

let folder: string;
let logged: string[];
const time = { now: Date.parse('2026-03-01T12:00:00Z') };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oncallm-runbooks-'));
  logged = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const page = (name: string, text: string) => writeFile(join(folder, name), text);
const open = (places: readonly string[] = [folder]) =>
  createRunbooksSource({ places, refreshMs: 60_000, clock: () => new Date(time.now), log: (_message, { why }) => void logged.push(String(why)) });
const asking = (name: string, labels: Readonly<Record<string, string>> = {}, words = ''): RunbooksQuestion => ({
  about: 'runbooks',
  topic: 'runbooks',
  alerts: name === '' ? [] : [{ name, labels }],
  words,
});
const found = async (source: ReturnType<typeof open>, question: RunbooksQuestion) => {
  const evidence = await source.answer(question, AbortSignal.timeout(5_000));
  return evidence.outcome === 'present' ? evidence.data.map(({ title, why }) => `${title} | ${why}`) : [evidence.outcome];
};

describe('runbooks', () => {
  it('are found by the name of their file, their heading, or what their front matter says; those for more labels first', async () => {
    await page('KubePodCrashLooping.md', 'Look at the log of the run before.');
    await page('notes.md', '# `NodeDown`\n\nCall the datacentre.');
    await page(
      'payments.md',
      '---\ntitle: Payments\nalerts: [KubePod*, HighErrorRate]\nlabels: {namespace: "pay*"}\nowner: somebody\n---\nAsk the payments team.',
    );
    await mkdir(join(folder, 'below'));
    await page('below/Other.markdown', 'Other');
    const source = open();
    expect(await found(source, asking('kubepodcrashlooping'))).toEqual(['KubePodCrashLooping | alert name kubepodcrashlooping']);
    expect(await found(source, asking('KubePodCrashLooping', { namespace: 'payments' }))).toEqual([
      'Payments | alert name KubePodCrashLooping with namespace=pay*',
      'KubePodCrashLooping | alert name KubePodCrashLooping',
    ]);
    expect(await found(source, asking('NodeDown'))).toEqual(['NodeDown | alert name NodeDown']);
    expect(await found(source, asking('Other'))).toEqual(['Other | alert name Other']);
    expect(await found(source, asking('notes'))).toEqual(['NodeDown | alert name notes']);
    expect(await found(source, asking('SomethingElse'))).toEqual([]);
    expect(await found(source, asking('', {}, 'DATACENTRE call'))).toEqual(['NodeDown | the words datacentre call']);
  });

  it('may begin with a rule, and hold comments in code', async () => {
    await page('Ruled.md', '---\n\n**Careful**: page the owner.\n\n---\n\n# Ruled out\n');
    await page('Prose.md', '---\nNothing to see, really\n---\nrest');
    await page('Script.md', '```sh\n# NodeDown\n~~~\n# NodeUp\n```\n\n# `DiskFull` #\n\n    # Indented\n');
    const source = open();
    expect(await found(source, asking('Ruled out'))).toEqual(['Ruled out | alert name Ruled out']);
    expect(await found(source, asking('', {}, 'page the owner'))).toEqual(['Ruled out | the words page the owner']);
    expect(await found(source, asking('Prose'))).toEqual(['Prose | alert name Prose']);
    expect(await found(source, asking('DiskFull'))).toEqual(['DiskFull | alert name DiskFull']);
    for (const comment of ['NodeDown', 'NodeUp', 'Indented']) expect(await found(source, asking(comment))).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('in a mounted ConfigMap, which consists of links, are found once', async () => {
    await mkdir(join(folder, '..2026_03_01'));
    await page('..2026_03_01/A.md', 'first');
    await symlink('..2026_03_01', join(folder, '..data'));
    await symlink('..data/A.md', join(folder, 'A.md'));
    expect(await found(open(), asking('A'))).toEqual(['A | alert name A']);
  });

  it('that cannot be read are named, once, and the rest works', async () => {
    await page('Good.md', 'good');
    await page('Bad.md', '---\nalerts: {a: 1}\n---\nbad');
    await page('Worse.md', '---\nalerts: "\n---\nbad');
    await page('Huge.md', 'x'.repeat(300_000));
    const source = open([folder, join(folder, 'missing')]);
    expect(await found(source, asking('Good'))).toEqual(['Good | alert name Good']);
    expect(logged.map((line) => line.split(':')[0]?.split('/').at(-1)).toSorted()).toEqual(['Bad.md', 'Huge.md', 'Worse.md', 'missing']);
    expect(await source.check(AbortSignal.timeout(5_000))).toMatchObject({
      state: 'failing',
      detail: expect.stringMatching(/^1 runbooks; 4 could not be read: /),
    });
    time.now += 120_000;
    await found(source, asking('Good'));
    await source.check(AbortSignal.timeout(5_000));
    expect(logged).toHaveLength(4);
  });

  it('are read again when they are old, and stay known when their place is gone', async () => {
    await page('A.md', 'first');
    const source = open();
    await found(source, asking('A'));
    await page('B.md', 'second');
    expect(await found(source, asking('B'))).toEqual([]);
    time.now += 61_000;
    await found(source, asking('B'));
    await expect.poll(() => found(source, asking('B'))).toEqual(['B | alert name B']);
    await rm(folder, { recursive: true });
    time.now += 61_000;
    await found(source, asking('B'));
    await expect.poll(() => logged.length).toBeGreaterThan(0);
    expect(await found(source, asking('B'))).toEqual(['B | alert name B']);
  });

  it('of one place stay known when that place fails, while others are read anew', async () => {
    const other = await mkdtemp(join(tmpdir(), 'oncallm-runbooks-'));
    await page('A.md', 'first');
    await writeFile(join(other, 'B.md'), 'second');
    const source = open([folder, other]);
    await found(source, asking('A'));
    await rm(other, { recursive: true });
    await page('C.md', 'third');
    time.now += 61_000;
    await found(source, asking('C'));
    await expect.poll(() => found(source, asking('C'))).toEqual(['C | alert name C']);
    await expect.poll(() => logged.length).toBe(1);
    expect(await found(source, asking('B'))).toEqual(['B | alert name B']);
  });

  it('of a place that does not answer are not waited for: the others are there, and the gap has a name', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/A.md`;
    await page('B.md', 'second');
    const source = open([`${address}?key=k`, folder]);
    expect(await found(source, asking('B'))).toEqual(['B | alert name B']);
    expect(await source.check(AbortSignal.timeout(5_000))).toMatchObject({ state: 'failing', detail: expect.stringContaining(`${address}: is not read yet`) });
    await source.close();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('where there are none at all, it is a gap and not "no runbook"', async () => {
    const source = open([join(folder, 'missing')]);
    expect(await source.answer(asking('A'), AbortSignal.timeout(5_000))).toMatchObject({ outcome: 'unavailable', reason: 'invalid' });
  });

  it('come from addresses too, with credentials that are shown nowhere, and follow no redirect', async () => {
    const heard: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      heard.push(request.headers.authorization);
      if (request.url === '/moved.md') response.writeHead(302, { location: '/A.md' });
      response.end('# From afar\n\ntext');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const source = open([`http://me:secret@${host}/A.md?key=k`, `http://${host}/moved.md`]);
    const evidence = await source.answer(asking('A'), AbortSignal.timeout(5_000));
    expect(evidence).toMatchObject({ outcome: 'present', data: [{ title: 'From afar', origin: `http://${host}/A.md` }] });
    expect(heard[0]).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    expect(logged).toEqual([expect.stringContaining('status 302')]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
