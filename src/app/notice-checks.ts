import { messageOf } from '#domain/error.ts';
import type { Outbox } from '#store/store.ts';
import type { HealthState } from '#web/web-dependencies.ts';

type Check = HealthState['checks'][number];

/** Two attempts and their waits fit in: what waits for longer waits for the receiver. */
const LATE_MS = 60_000;

/** Whether notifiers get what they are owed, for /health; looks at the outbox only, and never rejects. */
export function createNoticeChecks(store: Pick<Outbox, 'noticesWaiting'>, notifiers: readonly string[], clock: () => Date): () => Promise<readonly Check[]> {
  return async () => {
    if (notifiers.length === 0) return [];
    try {
      const waiting = await store.noticesWaiting();
      return notifiers.map((notifier): Check => {
        const name = `notifications by ${notifier}`;
        const owed = waiting.find((one) => one.notifier === notifier);
        if (owed === undefined) return { name, state: 'ok', detail: 'everything is sent' };
        const late = clock().getTime() - Date.parse(owed.oldestOwedSince) > LATE_MS;
        return { name, state: late ? 'failing' : 'ok', detail: `${owed.waiting} to be sent, the oldest since ${owed.oldestOwedSince}` };
      });
    } catch (thrown) {
      return notifiers.map((notifier) => ({ name: `notifications by ${notifier}`, state: 'failing', detail: messageOf(thrown) }));
    }
  };
}
