import type { Delivery } from '#domain/alert.ts';
import { OncallmError } from '#domain/error.ts';
import { packedBytes, packText } from '../packed-text.ts';
import type { Intake, Recorded, RecordPolicy } from '../store.ts';
import { createBatcher } from './batcher.ts';
import { lockClusters } from './cluster-locks.ts';
import type { Statements } from './database.ts';
import { placeDelivery } from './place-alerts.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';
import { readPlacing } from './read-placing.ts';
import { writePlacing } from './write-placing.ts';

/** Alerts and deliveries in one transaction, at most; a larger delivery has one of its own. */
const BATCH_WEIGHT = 2_000;

interface Waiting {
  readonly delivery: Delivery;
  readonly body: Uint8Array;
  readonly policy: RecordPolicy;
}

/** The first transaction. Deliveries that come together to this process share one, hence one fsync and a dozen statements. */
export function createIntake(context: PostgresContext): Intake {
  const batcher = createBatcher<Waiting, Recorded>({
    run: (batch) => recordBatch(context, batch),
    weightOf: ({ delivery }) => 1 + delivery.alerts.length,
    maxWeight: BATCH_WEIGHT,
    split: (thrown) => !(thrown instanceof OncallmError),
  });
  return {
    async record(delivery, policy) {
      return batcher.add({ delivery, body: packedBytes(await packText(delivery.body)), policy });
    },
  };
}

function recordBatch(context: PostgresContext, batch: readonly Waiting[]): Promise<readonly Recorded[]> {
  const deliveries = batch.map(({ delivery }) => delivery);
  const opening = lockClusters(deliveries.map(({ cluster }) => cluster));
  return writeAndTell(
    context,
    async (tx, effects) => {
      const moment = { now: context.clock().toISOString(), newId: context.newId };
      await insertDeliveries(tx, batch);
      const placing = await readPlacing(tx, batch, moment);
      const recorded = batch.map(({ delivery, policy }) => placeDelivery(placing, delivery, policy));
      await writePlacing(tx, placing, effects);
      effects.queued.push(...recorded.flatMap(({ queued }) => queued));
      return recorded;
    },
    { opening },
  );
}

async function insertDeliveries(tx: Statements, batch: readonly Waiting[]): Promise<void> {
  await tx.run(
    `INSERT INTO deliveries (id, cluster, received_at, remote_address, user_agent, receiver, group_key, alerts, body)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::bytea[])
     ON CONFLICT (id) DO NOTHING`,
    batch.map(({ delivery }) => delivery.id),
    batch.map(({ delivery }) => delivery.cluster),
    batch.map(({ delivery }) => delivery.receivedAt),
    batch.map(({ delivery }) => delivery.remoteAddress),
    batch.map(({ delivery }) => delivery.userAgent),
    batch.map(({ delivery }) => delivery.receiver),
    batch.map(({ delivery }) => delivery.groupKey),
    batch.map(({ delivery }) => delivery.alerts.length),
    batch.map(({ body }) => body),
  );
}
