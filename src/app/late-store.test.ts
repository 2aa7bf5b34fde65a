import { expect, test } from 'vitest';
import type { Store } from '#store/store.ts';
import { createLateStore } from './late-store.ts';

function fakeStore() {
  const listeners = new Set<() => void>();
  const store = {
    queueSize: async () => ({ queued: 3, running: 0, oldestQueuedAt: null }),
    onQueued(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Store;
  return { store, listeners };
}

test('before it is open everything is refused, so that a sender tries again', async () => {
  await expect(createLateStore().store.queueSize()).rejects.toMatchObject({ code: 'store-unavailable' });
});

test('once open it is the store, and hears those who listened before', async () => {
  const late = createLateStore();
  let heard = 0;
  const stop = late.store.onQueued(() => (heard += 1));
  const stopped = late.store.onQueued(() => (heard += 100));
  stopped();
  const { store, listeners } = fakeStore();
  late.open(store);
  expect(await late.store.queueSize()).toMatchObject({ queued: 3 });
  for (const listener of listeners) listener();
  expect(heard).toBe(1);
  stop();
  expect(listeners.size).toBe(0);
});
