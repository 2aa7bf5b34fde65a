import { afterEach, describe, expect, it } from 'vitest';
import type { KubernetesTopic } from '#domain/topic.ts';
import { failed, type Read, read } from './cluster-reader.ts';
import { createGatheredLists, type GatheredLists, type Items } from './gathered-lists.ts';

const SLOTS = 16;
const PATIENCE_MS = 10_000;

interface Asked {
  readonly topic: KubernetesTopic;
  readonly namespace: string | undefined;
  readonly atMost: number | undefined;
  readonly answer: (read: Read<Items> | Promise<Read<Items>>) => Promise<void>;
}

/** A cluster that answers when the test says so. */
function start(keepMs = 5_000) {
  const asked: Asked[] = [];
  let time = 0;
  const lists = createGatheredLists(
    (topic, namespace, atMost) => {
      const { promise, resolve } = Promise.withResolvers<Read<Items>>();
      const answer = async (found: Read<Items> | Promise<Read<Items>>): Promise<void> => {
        resolve(found);
        await new Promise(setImmediate);
      };
      asked.push({ topic, namespace, atMost, answer });
      return promise;
    },
    { now: () => time, keepMs, patienceMs: PATIENCE_MS },
  );
  open = lists;
  return { lists, asked, advance: (ms: number) => (time += ms) };
}
let open: GatheredLists | undefined;
afterEach(() => open?.clear());

const namespaces = (count: number, prefix = 'n') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
/** One pod in each. */
const podsOf = (...names: readonly string[]): Read<Items> =>
  read({ items: names.map((namespace) => ({ kind: 'Pod', metadata: { name: `pod-${namespace}`, namespace } })), skipped: 0 } as unknown as Items);
const namesIn = (found: Read<Items>) => (found.outcome === 'read' ? found.value.items.map(({ metadata }) => metadata.name) : found);
const told = ({ topic, namespace }: Asked) => `${topic} ${namespace ?? '*'}`;

describe('lists of namespaces', () => {
  it('are read by themselves while there is a free slot, whatever their number', () => {
    const { lists, asked } = start();
    for (const namespace of namespaces(SLOTS)) void lists.read('pods', namespace);
    expect(asked.map(told)).toEqual(namespaces(SLOTS).map((namespace) => `pods ${namespace}`));
  });

  it('are read together where many wait: each gets its own, and who comes meanwhile or soon after costs nothing', async () => {
    const { lists, asked, advance } = start();
    for (const namespace of namespaces(SLOTS)) void lists.read('deployments', namespace);
    const waiting = namespaces(30).map((namespace) => lists.read('pods', namespace));
    expect(asked).toHaveLength(SLOTS);
    await asked[0]?.answer(podsOf());
    expect(asked.slice(SLOTS).map(({ topic, namespace, atMost }) => [topic, namespace, atMost])).toEqual([['pods', undefined, 2_000]]);
    const meanwhile = lists.read('pods', 'late');
    await asked[SLOTS]?.answer(podsOf(...namespaces(29), 'late', 'soon'));
    expect(await Promise.all(waiting.map(async (each) => namesIn(await each)))).toEqual([...namespaces(29).map((namespace) => [`pod-${namespace}`]), []]);
    expect(namesIn(await meanwhile)).toEqual(['pod-late']);
    advance(4_999);
    expect(namesIn(await lists.read('pods', 'soon'))).toEqual(['pod-soon']);
    expect(asked).toHaveLength(SLOTS + 1);
    advance(2);
    void lists.read('pods', 'soon');
    expect(asked.slice(SLOTS + 1).map(told), 'then it is read anew').toEqual(['pods soon']);
  });

  it('are read one by one where few wait, in their order', async () => {
    const { lists, asked } = start();
    for (const namespace of namespaces(SLOTS)) void lists.read('deployments', namespace);
    for (const namespace of namespaces(4)) void lists.read('pods', namespace);
    for (const { answer } of asked.slice(0, 4)) await answer(podsOf());
    expect(asked.slice(SLOTS).map(told)).toEqual(namespaces(4).map((namespace) => `pods ${namespace}`));
  });

  it.each(['secrets', 'configmaps'] as const)('of %s are never read together: nobody asked for those of other namespaces', async (topic) => {
    const { lists, asked } = start();
    for (const namespace of namespaces(SLOTS + 20)) void lists.read(topic, namespace);
    for (let index = 0; index < SLOTS + 20; index += 1) await asked[index]?.answer(podsOf());
    expect(asked.map(({ namespace }) => namespace)).toEqual(namespaces(SLOTS + 20));
  });

  it('are read one by one for five minutes where the list of all cannot be had', async () => {
    const { lists, asked, advance } = start(0);
    for (const namespace of namespaces(SLOTS)) void lists.read('deployments', namespace);
    const waiting = namespaces(6).map((namespace) => lists.read('pods', namespace));
    await asked[0]?.answer(podsOf());
    await asked[SLOTS]?.answer(failed('forbidden', 'no'));
    expect(asked.slice(SLOTS).map(told)).toEqual(['pods *', 'pods n0']);
    for (let index = 1; index < asked.length; index += 1) await asked[index]?.answer(podsOf(asked[index]?.namespace ?? ''));
    expect(await Promise.all(waiting.map(async (each) => namesIn(await each)))).toEqual(namespaces(6).map((namespace) => [`pod-${namespace}`]));

    for (const [minutes, whole] of [
      [4, false],
      [2, true],
    ] as const) {
      advance(minutes * 60_000);
      const before = asked.length;
      for (const namespace of namespaces(SLOTS + 6, `after${minutes}-`)) void lists.read('pods', namespace);
      await asked[before]?.answer(podsOf());
      expect(asked.slice(before + SLOTS).map(told)[0] === 'pods *').toBe(whole);
      for (let index = before + 1; index < asked.length; index += 1) await asked[index]?.answer(podsOf());
    }
  });

  it('that waited longer than a list may take are said to be late, without asking', async () => {
    const { lists, asked, advance } = start();
    for (const namespace of namespaces(SLOTS)) void lists.read('deployments', namespace);
    const late = lists.read('pods', 'shop');
    advance(PATIENCE_MS + 1);
    await asked[0]?.answer(podsOf());
    expect(await late).toMatchObject({ outcome: 'failed', reason: 'timeout', why: expect.stringContaining('pods in namespace shop') });
    expect(asked).toHaveLength(SLOTS);
  });

  it('of all namespaces, and of the cluster, are what they are', async () => {
    const { lists, asked } = start();
    for (const namespace of namespaces(SLOTS)) void lists.read('deployments', namespace);
    for (let count = 0; count < 6; count += 1) void lists.read('pods', undefined);
    void lists.read('nodes', undefined);
    for (let index = 0; index < 7; index += 1) await asked[index]?.answer(podsOf());
    expect(asked.slice(SLOTS).map(({ topic, namespace, atMost }) => [topic, namespace, atMost])).toEqual([
      ...Array.from({ length: 6 }, () => ['pods', undefined, undefined]),
      ['nodes', undefined, undefined],
    ]);
  });

  it('that break do so for those who asked, and others go on', async () => {
    const { lists, asked } = start();
    const broken = expect(lists.read('deployments', 'n0')).rejects.toThrow('broken');
    for (const namespace of namespaces(SLOTS)) void lists.read('services', namespace).catch(() => {});
    const waiting = namespaces(6).map((namespace) => lists.read('pods', namespace));
    await asked[0]?.answer(Promise.reject(new Error('broken')));
    await broken;
    for (let index = 1; index < SLOTS; index += 1) await asked[index]?.answer(podsOf());
    const whole = asked.find(({ topic, namespace }) => topic === 'pods' && namespace === undefined);
    await whole?.answer(Promise.reject(new Error('broken')));
    for (let index = SLOTS; index < asked.length; index += 1) await asked[index]?.answer(podsOf());
    expect(await Promise.all(waiting.map(async (each) => (await each).outcome))).toEqual(Array.from({ length: 6 }, () => 'read'));
  });
});
