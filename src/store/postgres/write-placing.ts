import { alertNameOf, namespaceOf } from '#domain/alert.ts';
import type { InvestigationState } from '#domain/investigation.ts';
import { type Effects, STATUS_OF } from '../effects.ts';
import { indexed } from '../incident-facts.ts';
import { searchDocument } from '../search-words.ts';
import type { Statements } from './database.ts';
import { currentInvestigation, type Ledger } from './incident-ledger.ts';
import type { Placing } from './place-alerts.ts';
import type { PlacedEpisode } from './placed-episode.ts';
import { changeTotal } from './totals.ts';
import { writeLedger } from './write-ledger.ts';

/** Writes what placing alerts has changed, in a few statements whatever their number. */
export async function writePlacing(tx: Statements, { ledger, known, opened, now }: Placing, effects: Effects): Promise<void> {
  await updateEpisodes(
    tx,
    known.filter(({ changed }) => changed),
  );
  await writeLedger(tx, ledger, now, effects);
  await insertEpisodes(tx, opened, ledger, now);
  await changeTotal(tx, 'episodes', opened.length);
}

async function updateEpisodes(tx: Statements, episodes: readonly PlacedEpisode[]): Promise<void> {
  if (episodes.length === 0) return;
  await tx.run(
    `UPDATE episodes SET state = new.state, firing = CASE new.state WHEN 'open' THEN 1 ELSE 0 END, starts_at = new.starts_at, latest_start = new.latest_start, ends_at = new.ends_at,
       last_seen_at = new.last_seen_at, repeats = episodes.repeats + new.repeats, annotations = coalesce(new.annotations, episodes.annotations),
       generator_url = coalesce(new.generator_url, episodes.generator_url), external_url = coalesce(new.external_url, episodes.external_url),
       truncated_alerts = coalesce(new.truncated_alerts, episodes.truncated_alerts)
     FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::int[], $11::text[])
       AS new (seq, state, starts_at, ends_at, last_seen_at, repeats, annotations, generator_url, external_url, truncated_alerts, latest_start)
     WHERE episodes.seq = new.seq`,
    episodes.map(({ seq }) => seq),
    episodes.map(({ state }) => state),
    episodes.map(({ startsAt }) => startsAt),
    episodes.map(({ endsAt }) => endsAt),
    episodes.map(({ lastSeenAt }) => lastSeenAt),
    episodes.map(({ repeats }) => repeats),
    episodes.map(({ said }) => said?.annotations ?? null),
    episodes.map(({ said }) => said?.generatorUrl ?? null),
    episodes.map(({ said }) => said?.externalUrl ?? null),
    episodes.map(({ said }) => said?.truncatedAlerts ?? null),
    episodes.map(({ latestStart }) => latestStart),
  );
}

/** In the order they were opened, which is the order of `seq`. */
async function insertEpisodes(tx: Statements, opened: readonly PlacedEpisode[], ledger: Ledger, now: string): Promise<void> {
  if (opened.length === 0) return;
  const labels = opened.map(({ opening }) => opening?.labels ?? {});
  await tx.run(
    `WITH fresh AS (
       INSERT INTO episodes (id, cluster, fingerprint, state, firing, starts_at, ends_at, alert_name, namespace, labels, annotations, generator_url, external_url,
         truncated_alerts, first_seen_at, last_seen_at, repeats, incident_id, joined_by, status)
       SELECT id, cluster, fingerprint, state, CASE state WHEN 'open' THEN 1 ELSE 0 END, starts_at, ends_at, alert_name, namespace, labels, annotations,
         generator_url, external_url, truncated_alerts, $1, last_seen_at, repeats, incident_id, joined_by, status
       FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
         $13::text[], $14::int[], $15::text[], $16::int[], $17::text[], $18::text[], $19::text[]) WITH ORDINALITY
         AS new (id, cluster, fingerprint, state, starts_at, ends_at, alert_name, namespace, labels, annotations, generator_url, external_url,
           truncated_alerts, last_seen_at, repeats, incident_id, joined_by, status, nth)
       ORDER BY nth
       RETURNING seq, id)
     INSERT INTO episode_words (seq, words)
     SELECT fresh.seq, array_to_tsvector(string_to_array(new.words, ' ')) FROM fresh JOIN unnest($2::text[], $20::text[]) AS new (id, words) USING (id)`,
    now,
    opened.map(({ id }) => id),
    opened.map(({ cluster }) => cluster),
    opened.map(({ opening }) => opening?.fingerprint),
    opened.map(({ state }) => state),
    opened.map(({ startsAt }) => startsAt),
    opened.map(({ endsAt }) => endsAt),
    labels.map((each) => indexed(alertNameOf(each))),
    labels.map((each) => indexed(namespaceOf(each))),
    labels.map((each) => JSON.stringify(each)),
    opened.map(({ said }) => said?.annotations),
    opened.map(({ said }) => said?.generatorUrl),
    opened.map(({ said }) => said?.externalUrl),
    opened.map(({ said }) => said?.truncatedAlerts),
    opened.map(({ lastSeenAt }) => lastSeenAt),
    opened.map(({ repeats }) => repeats),
    opened.map(({ incidentId }) => incidentId),
    opened.map(({ joinedBy = '' }) => joinedBy),
    opened.map(({ incidentId }) => statusOf(ledger, incidentId)),
    labels.map((each) => searchDocument(each, '')),
  );
}

function statusOf(ledger: Ledger, incidentId: string | null): string {
  const incident = incidentId === null ? undefined : ledger.incidents.get(incidentId);
  const state: InvestigationState = (incident && currentInvestigation(incident)?.state) ?? 'cancelled';
  return STATUS_OF[state];
}
