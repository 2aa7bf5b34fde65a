import type { Spending } from '../store.ts';
import type { PostgresContext } from './postgres-context.ts';

/** What the model cost, a row for each day, which replicas hold in turn. */
export function createSpending({ database }: PostgresContext): Spending {
  return {
    reserveSpending: (day, wanted, limit) =>
      database.transaction(async (tx) => {
        await tx.run('INSERT INTO model_spending (day, micro_usd) VALUES ($1, 0) ON CONFLICT DO NOTHING', day);
        const spent = (await tx.first<{ micro_usd: number }>('SELECT micro_usd FROM model_spending WHERE day = $1 FOR UPDATE', day))?.micro_usd ?? 0;
        const reserved = Math.max(0, Math.min(wanted, limit - spent));
        await tx.run('UPDATE model_spending SET micro_usd = micro_usd + $2 WHERE day = $1', day, reserved);
        return reserved;
      }),

    async correctSpending(day, by) {
      await database.run('UPDATE model_spending SET micro_usd = micro_usd + $2 WHERE day = $1', day, by);
    },

    async spendingOf(day) {
      return (await database.first<{ micro_usd: number }>('SELECT micro_usd FROM model_spending WHERE day = $1', day))?.micro_usd ?? 0;
    },
  };
}
