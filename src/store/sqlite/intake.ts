import { packText } from '../packed-text.ts';
import type { Intake } from '../store.ts';
import { recordDelivery } from './record-delivery.ts';
import { type SqliteContext, writeAndTell } from './sqlite-context.ts';

/** The first transaction. The large part of a delivery, its body, is compressed before the transaction and off the main thread. */
export function createIntake(context: SqliteContext): Intake {
  return {
    record: (delivery, policy) =>
      context.writer.hold(async () => {
        const body = await packText(delivery.body);
        const recorded = await writeAndTell(
          context,
          (connection, effects) => {
            const now = context.clock().toISOString();
            return recordDelivery({ connection, effects, now, newId: context.newId }, delivery, body, policy);
          },
          'urgent',
        );
        if (recorded.alerts.some(({ verdict }) => verdict === 'new-episode')) context.words.follow();
        return recorded;
      }),
  };
}
