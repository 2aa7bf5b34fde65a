/**
 * Work that is asked for together is done together, one batch at a time:
 *
 *     idle ──add──▶ waiting (setImmediate) ──▶ running ──▶ every item answered ──▶ idle, or waiting again with what came meanwhile
 */
export interface Batcher<T, R> {
  /** Resolves with the item's own result once its batch is done. */
  add(item: T): Promise<R>;
  /** Resolves when everything added before is answered. */
  idle(): Promise<void>;
}

export interface BatcherOptions<T, R> {
  /** Does the work of a batch, never an empty one; one result for each item, in their order. A rejection is told to every item, or see `split`. */
  readonly run: (items: readonly T[]) => Promise<readonly R[]>;
  /** How much an item counts; a batch ends before it exceeds `maxWeight`, but has at least one item. */
  readonly weightOf?: (item: T) => number;
  readonly maxWeight: number;
  /** True: one item may be to blame for this failure; the batch is tried again in halves, so that the others do not suffer. */
  readonly split?: (thrown: unknown) => boolean;
}

interface Pending<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

export function createBatcher<T, R>({ run, weightOf = () => 1, maxWeight, split = () => false }: BatcherOptions<T, R>): Batcher<T, R> {
  const waiting: Pending<T, R>[] = [];
  let active = false;
  let last: Promise<unknown> = Promise.resolve();

  const take = (): readonly Pending<T, R>[] => {
    let weight = 0;
    let count = 0;
    for (const { item } of waiting) {
      weight += weightOf(item);
      if (count > 0 && weight > maxWeight) break;
      count += 1;
    }
    return waiting.splice(0, count);
  };

  const answer = async (batch: readonly Pending<T, R>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R);
    } catch (thrown) {
      if (batch.length > 1 && split(thrown)) {
        const half = batch.length >> 1;
        await answer(batch.slice(0, half));
        await answer(batch.slice(half));
      } else {
        for (const { reject } of batch) reject(thrown);
      }
    }
  };

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) await answer(take());
    active = false;
  };

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (active) return;
        active = true;
        last = new Promise<void>((done) => {
          setImmediate(() => void flush().finally(done));
        });
      });
    },
    async idle() {
      if (active) await last;
    },
  };
}
