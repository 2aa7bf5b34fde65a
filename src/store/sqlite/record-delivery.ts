import { type Alert, alertNameOf, type Delivery, isAlwaysFiring, namespaceOf } from '#domain/alert.ts';
import { type Placement, placeAlert } from '#domain/episode.ts';
import { indexed } from '../incident-facts.ts';
import type { Recorded, RecordPolicy } from '../store.ts';
import type { PackedText } from '../tables.ts';
import { createIncidentLedger, type IncidentLedger, type Joined } from './incident-ledger.ts';
import type { Writing } from './investigation-writes.ts';
import { changeTotal } from './totals.ts';

type Joins = Joined | { readonly incidentId: null; readonly joinedBy: '' };
const NOWHERE: Joins = { incidentId: null, joinedBy: '' };

interface KnownRow {
  readonly seq: number;
  readonly id: string;
  readonly state: 'open' | 'resolved' | 'stale';
  readonly starts_at: string;
  readonly latest_start: string | null;
  readonly ends_at: string | null;
  readonly last_seen_at: string;
  readonly incident_id: string | null;
}

/** Everything one delivery leaves behind, inside a transaction. `body` is delivery.body, packed. */
export function recordDelivery(writing: Writing, delivery: Delivery, body: PackedText, policy: RecordPolicy): Recorded {
  insertDelivery(writing, delivery, body);
  const ledger = createIncidentLedger(writing, policy);
  const alerts = delivery.alerts.map((alert) => recordAlert(writing, ledger, delivery, alert));
  ledger.settle();
  const opened = alerts.filter(({ verdict }) => verdict === 'new-episode').length;
  if (opened > 0) changeTotal(writing.connection, 'episodes', opened);
  return { alerts, queued: writing.effects.queued, cancelled: writing.effects.cancelled };
}

function insertDelivery({ connection }: Writing, delivery: Delivery, body: PackedText): void {
  connection.run(
    `INSERT INTO deliveries (id, cluster, received_at, remote_address, user_agent, receiver, group_key, alerts, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO NOTHING`,
    delivery.id,
    delivery.cluster,
    delivery.receivedAt,
    delivery.remoteAddress,
    delivery.userAgent,
    delivery.receiver,
    delivery.groupKey,
    delivery.alerts.length,
    body,
  );
}

function recordAlert(writing: Writing, ledger: IncidentLedger, delivery: Delivery, alert: Alert): Recorded['alerts'][number] {
  const [known, previous] = writing.connection.all<KnownRow>(
    `SELECT seq, id, state, starts_at, latest_start, ends_at, last_seen_at, incident_id FROM episodes
     WHERE fingerprint = ? AND cluster = ? ORDER BY seq DESC LIMIT 2`,
    alert.fingerprint,
    delivery.cluster,
  );
  const placement = placeAlert(
    known && {
      state: known.state,
      startsAt: known.starts_at,
      endsAt: known.ends_at,
      lastSeenAt: known.last_seen_at,
      previousStartsAt: previous?.starts_at ?? null,
      latestStart: known.latest_start,
    },
    alert,
    writing.now,
  );
  const { verdict } = placement;
  if (known === undefined || verdict === 'new-episode') {
    const joins = placement.verdict === 'new-episode' && placement.state === 'open' && !isAlwaysFiring(alert.labels);
    const joined = joins ? ledger.join(delivery, alert) : NOWHERE;
    const { incidentId } = joined;
    const episodeId = insertEpisode(writing, delivery, alert, joined);
    if (known?.state === 'open') supersede(writing, ledger, known, alert);
    return { fingerprint: alert.fingerprint, verdict, episodeId, incidentId };
  }
  updateEpisode(writing, ledger, delivery, alert, known, placement);
  return { fingerprint: alert.fingerprint, verdict, episodeId: known.id, incidentId: known.incident_id };
}

function updateEpisode(writing: Writing, ledger: IncidentLedger, delivery: Delivery, alert: Alert, known: KnownRow, placement: Placement): void {
  const { connection, now } = writing;
  if (placement.verdict === 'repeat') {
    connection.run(
      `UPDATE episodes SET starts_at = ?, latest_start = ?, last_seen_at = ?, repeats = repeats + 1, annotations = ?, generator_url = ?, external_url = ?, truncated_alerts = ?
       WHERE seq = ?`,
      placement.startsAt,
      placement.latestStart,
      now,
      JSON.stringify(alert.annotations),
      alert.generatorUrl,
      delivery.externalUrl,
      delivery.truncatedAlerts,
      known.seq,
    );
    if (known.incident_id !== null) ledger.associate(delivery, alert, known.incident_id);
  } else if (placement.verdict === 'resolves') {
    connection.run(`UPDATE episodes SET state = 'resolved', firing = 0, ends_at = ?, last_seen_at = ? WHERE seq = ?`, placement.endsAt, now, known.seq);
    if (known.state === 'open' && known.incident_id !== null) ledger.leave(known.incident_id);
  }
}

/** The alert fired anew without a word about its end: it was over when the new one began. */
function supersede({ connection }: Writing, ledger: IncidentLedger, known: KnownRow, alert: Alert): void {
  connection.run(`UPDATE episodes SET state = 'resolved', firing = 0, ends_at = ? WHERE seq = ?`, alert.startsAt, known.seq);
  if (known.incident_id !== null) ledger.leave(known.incident_id);
}

function insertEpisode({ connection, now, newId }: Writing, delivery: Delivery, alert: Alert, { incidentId, joinedBy }: Joins): string {
  const id = newId();
  connection.run(
    `INSERT INTO episodes (id, cluster, fingerprint, state, firing, starts_at, ends_at, alert_name, namespace, labels, annotations, generator_url, external_url,
       truncated_alerts, first_seen_at, last_seen_at, repeats, incident_id, joined_by, status)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
    id,
    delivery.cluster,
    alert.fingerprint,
    alert.status === 'firing' ? 'open' : 'resolved',
    alert.status === 'firing' ? 1 : 0,
    alert.startsAt,
    alert.status === 'firing' ? null : (alert.endsAt ?? now),
    indexed(alertNameOf(alert.labels)),
    indexed(namespaceOf(alert.labels)),
    JSON.stringify(alert.labels),
    JSON.stringify(alert.annotations),
    alert.generatorUrl,
    delivery.externalUrl,
    delivery.truncatedAlerts,
    now,
    now,
    incidentId,
    joinedBy,
    incidentId === null ? 'skipped' : 'queued',
  );
  return id;
}
