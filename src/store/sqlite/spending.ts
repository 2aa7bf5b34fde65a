import type { Spending } from '../store.ts';
import type { SqliteContext } from './sqlite-context.ts';

const READ = 'SELECT micro_usd FROM model_spending WHERE day = ?';

/** What the model cost, a row for each day. */
export function createSpending({ writer }: SqliteContext): Spending {
  return {
    reserveSpending: (day, wanted, limit) =>
      writer.write((connection) => {
        const spent = connection.get<{ micro_usd: number }>(READ, day)?.micro_usd ?? 0;
        const reserved = Math.max(0, Math.min(wanted, limit - spent));
        connection.run(
          'INSERT INTO model_spending (day, micro_usd) VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET micro_usd = micro_usd + excluded.micro_usd',
          day,
          reserved,
        );
        return reserved;
      }),

    correctSpending: (day, by) =>
      writer.write((connection) => void connection.run('UPDATE model_spending SET micro_usd = micro_usd + ? WHERE day = ?', by, day)),

    spendingOf: (day) => writer.write((connection) => connection.get<{ micro_usd: number }>(READ, day)?.micro_usd ?? 0),
  };
}
