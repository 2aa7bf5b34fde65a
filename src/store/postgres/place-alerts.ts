import { type Alert, type Delivery, isAlwaysFiring } from '#domain/alert.ts';
import { type Placement, placeAlert } from '#domain/episode.ts';
import type { Recorded, RecordPolicy } from '../store.ts';
import type { Joined, Ledger, LedgerPage } from './incident-ledger.ts';
import { knownOf, type Latest, type PlacedEpisode } from './placed-episode.ts';
import { storableText } from './storable.ts';

/** What is known of the alerts of some deliveries, read and held before; placing them changes it. */
export interface Placing {
  readonly ledger: Ledger;
  /** The episodes that were read. */
  readonly known: readonly PlacedEpisode[];
  /** By fingerprintName. */
  readonly latest: Map<string, Latest>;
  /** Episodes that are not in the database yet, in the order they were opened. */
  readonly opened: PlacedEpisode[];
  readonly now: string;
  readonly newId: () => string;
}

/** One name for what is one row. */
export function fingerprintName(cluster: string, fingerprint: string): string {
  return `${storableText(cluster)}\0${storableText(fingerprint)}`;
}

/** Places the alerts of one delivery, in memory. */
export function placeDelivery(placing: Placing, delivery: Delivery, policy: RecordPolicy): Recorded {
  const page = placing.ledger.begin(policy);
  const alerts = delivery.alerts.map((alert) => placeOne(placing, page, delivery, alert));
  return { alerts, ...page.settle() };
}

function placeOne(placing: Placing, page: LedgerPage, delivery: Delivery, alert: Alert): Recorded['alerts'][number] {
  const name = fingerprintName(delivery.cluster, alert.fingerprint);
  const latest = placing.latest.get(name) ?? { current: undefined, previousStartsAt: null };
  placing.latest.set(name, latest);
  const { current } = latest;
  const placement = placeAlert(knownOf(latest), alert, placing.now);
  const { verdict } = placement;
  if (current === undefined || placement.verdict === 'new-episode') {
    const joins = placement.verdict === 'new-episode' && placement.state === 'open' && !isAlwaysFiring(alert.labels);
    const episode = openEpisode(placing, delivery, alert, joins ? page.join(delivery, alert) : undefined);
    if (current?.state === 'open') supersede(page, current, alert);
    latest.previousStartsAt = current?.startsAt ?? null;
    latest.current = episode;
    return { fingerprint: alert.fingerprint, verdict, episodeId: episode.id, incidentId: episode.incidentId };
  }
  update(placing, page, delivery, alert, current, placement);
  return { fingerprint: alert.fingerprint, verdict, episodeId: current.id, incidentId: current.incidentId };
}

function update({ now }: Placing, page: LedgerPage, delivery: Delivery, alert: Alert, current: PlacedEpisode, placement: Placement): void {
  if (placement.verdict === 'repeat') {
    current.startsAt = placement.startsAt;
    current.latestStart = placement.latestStart;
    current.lastSeenAt = now;
    current.repeats += 1;
    current.said = saidOf(delivery, alert);
    current.changed = true;
    if (current.incidentId !== null) page.associate(delivery, alert, current.incidentId);
  } else if (placement.verdict === 'resolves') {
    const wasOpen = current.state === 'open';
    current.state = 'resolved';
    current.endsAt = placement.endsAt;
    current.lastSeenAt = now;
    current.changed = true;
    if (wasOpen && current.incidentId !== null) page.leave(current.incidentId);
  }
}

/** The alert fired anew without a word about its end: it was over when the new one began. */
function supersede(page: LedgerPage, episode: PlacedEpisode, alert: Alert): void {
  episode.state = 'resolved';
  episode.endsAt = alert.startsAt;
  episode.changed = true;
  if (episode.incidentId !== null) page.leave(episode.incidentId);
}

function openEpisode({ opened, now, newId }: Placing, delivery: Delivery, alert: Alert, joined: Joined | undefined): PlacedEpisode {
  const firing = alert.status === 'firing';
  const episode: PlacedEpisode = {
    id: newId(),
    seq: undefined,
    cluster: delivery.cluster,
    incidentId: joined?.incidentId ?? null,
    joinedBy: joined?.joinedBy ?? '',
    opening: alert,
    state: firing ? 'open' : 'resolved',
    startsAt: alert.startsAt,
    latestStart: null,
    endsAt: firing ? null : (alert.endsAt ?? now),
    lastSeenAt: now,
    repeats: 0,
    said: saidOf(delivery, alert),
    changed: true,
  };
  opened.push(episode);
  return episode;
}

function saidOf(delivery: Delivery, alert: Alert): PlacedEpisode['said'] {
  return {
    annotations: JSON.stringify(alert.annotations),
    generatorUrl: alert.generatorUrl,
    externalUrl: delivery.externalUrl,
    truncatedAlerts: delivery.truncatedAlerts,
  };
}
