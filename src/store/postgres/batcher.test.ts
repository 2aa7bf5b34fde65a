import { describe, expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';

describe('createBatcher', () => {
  it('does together what is asked for together, and what comes meanwhile in the next batch', async () => {
    const batches: number[][] = [];
    const gate = Promise.withResolvers<void>();
    const batcher = createBatcher<number, number>({
      maxWeight: 10,
      async run(items) {
        batches.push([...items]);
        if (batches.length === 1) await gate.promise;
        return items.map((item) => item * 2);
      },
    });
    const first = Promise.all([1, 2, 3].map(batcher.add));
    await new Promise((resolve) => setImmediate(resolve));
    const second = Promise.all([4, 5].map(batcher.add));
    gate.resolve();
    expect([...(await first), ...(await second)]).toEqual([2, 4, 6, 8, 10]);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('ends a batch before it grows too heavy, but takes what is too heavy alone', async () => {
    const batches: number[][] = [];
    const batcher = createBatcher<number, void>({
      maxWeight: 10,
      weightOf: (item) => item,
      async run(items) {
        batches.push([...items]);
        return [];
      },
    });
    await Promise.all([4, 6, 1, 50, 2].map(batcher.add));
    expect(batches).toEqual([[4, 6], [1], [50], [2]]);
  });

  it('lets one bad item fail alone where halves may help, and all of them where not', async () => {
    const batcher = (split: boolean) =>
      createBatcher<string, string>({
        maxWeight: 10,
        split: () => split,
        async run(items) {
          if (items.includes('bad')) throw new Error('bad');
          return items;
        },
      });
    const items = ['a', 'b', 'bad', 'c', 'd'];
    const alone = await Promise.allSettled(items.map(batcher(true).add));
    expect(alone.map((result) => (result.status === 'fulfilled' ? result.value : 'refused'))).toEqual(['a', 'b', 'refused', 'c', 'd']);
    expect((await Promise.allSettled(items.map(batcher(false).add))).every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('tells when everything that was added is answered, also when it failed', async () => {
    let done = 0;
    const batcher = createBatcher<number, void>({
      maxWeight: 1,
      async run() {
        done += 1;
        if (done === 1) throw new Error('once');
        return [];
      },
    });
    await batcher.idle();
    const refused = batcher.add(1).catch(() => 'refused');
    void batcher.add(2);
    await batcher.idle();
    expect(done).toBe(2);
    expect(await refused).toBe('refused');
  });
});
