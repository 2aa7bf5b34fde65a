import { sql } from 'kysely';
import { OPEN_RANK } from '../incident-facts.ts';
import type { Outbox, Queue, Reading } from '../store.ts';
import type { ReadContext } from './read-context.ts';

/** In the words of the partial indexes: with values instead, no database could tell that they hold all that is asked for. */
const IS_FIRING = sql<boolean>`firing = 1`;
const IS_ACTIVE = sql<boolean>`state IN ('queued', 'running')`;
const IS_WAITING = sql<boolean>`state = 'waiting'`;

/** Alerts that fire always, so that their absence says that the way to us is broken. */
const HEARTBEATS = ['Watchdog', 'DeadMansSwitch', 'DeadMansSnitch'] as const;

export async function readCounts({ db }: ReadContext): ReturnType<Reading['counts']> {
  const incidents = await db
    .selectFrom('incidents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('rank', '>=', OPEN_RANK)
    .executeTakeFirstOrThrow();
  const episodes = await db.selectFrom('totals').select('value as count').where('name', '=', 'episodes').executeTakeFirstOrThrow();
  const open = await db
    .selectFrom('episodes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(IS_FIRING)
    .executeTakeFirstOrThrow();
  return { openIncidents: incidents.count, episodes: episodes.count, openEpisodes: open.count };
}

export async function readLastSigns({ db }: ReadContext): ReturnType<Reading['lastSigns']> {
  const delivery = await db
    .selectFrom('deliveries')
    .select((eb) => eb.fn.max('received_at').as('at'))
    .executeTakeFirst();
  const watchdogs = await db
    .selectFrom('episodes')
    .select((eb) => ['cluster', eb.fn.max('last_seen_at').as('at')])
    .where('alert_name', 'in', HEARTBEATS)
    .groupBy('cluster')
    .orderBy('cluster')
    .execute();
  return { lastDeliveryAt: delivery?.at ?? null, watchdogs };
}

export async function readQueueSize({ db }: ReadContext): ReturnType<Queue['queueSize']> {
  const row = await db
    .selectFrom('investigations')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere('state', '=', 'queued').as('queued'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'running').as('running'),
      eb.fn.min('created_at').filterWhere('state', '=', 'queued').as('oldest'),
    ])
    .where(IS_ACTIVE)
    .executeTakeFirstOrThrow();
  return { queued: row.queued, running: row.running, oldestQueuedAt: row.oldest };
}

export async function readNoticesWaiting({ db }: ReadContext): ReturnType<Outbox['noticesWaiting']> {
  const rows = await db
    .selectFrom('notices')
    .select((eb) => ['notifier', eb.fn.countAll<number>().as('waiting'), eb.fn.min('owed_since').as('oldest')])
    .where(IS_WAITING)
    .groupBy('notifier')
    .orderBy('notifier')
    .execute();
  return rows.map(({ notifier, waiting, oldest }) => ({ notifier, waiting, oldestOwedSince: oldest }));
}
