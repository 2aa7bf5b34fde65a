import type { Alert, AlertStatus, LabelSet } from './alert.ts';

/**
 * An episode is one stretch of time in which one alert (cluster + fingerprint) fires: it is known by (fingerprint, startsAt).
 *
 *     firing (new startsAt) ──▶ open ──resolved──▶ resolved
 *                                │ ▲
 *                     repeat, twin, earlier startsAt (an HA Prometheus pair moves it back)
 *                                └──no news for too long──▶ stale ──resolved after all──▶ resolved
 *
 * A firing message whose startsAt is not later than the end of an episode already resolved is the stale copy of a second Alertmanager
 * (measured: +15 s after the resolve) and changes nothing, unless it comes again long after.
 *
 * Messages may be read in another order than they were sent: a sender gives up on one and sends the next, and both wait in the socket of a process that stood still. Then an
 * earlier startsAt is that of an episode before, whose end is read last. It shows by ending before the later startsAt, which is remembered for that.
 */
export interface Episode {
  /** UUIDv7. */
  readonly id: string;
  readonly cluster: string;
  readonly fingerprint: string;
  readonly state: 'open' | 'resolved' | 'stale';
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly generatorUrl: string;
  readonly externalUrl: string;
  /** Alerts that the sender cut from the group this one came in. */
  readonly truncatedAlerts: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  /** How many messages said the same again. */
  readonly repeats: number;
  /** null for alerts that are never investigated. */
  readonly incidentId: string | null;
  /** Why it is in an incident that it did not open: `node/worker-1`, `workload/shop/checkout`, `cause/NodeDown`; absent or '' for its Alertmanager group. */
  readonly joinedBy?: string;
}

/** What of the latest known episode of a fingerprint decides where a message belongs. */
export interface KnownEpisode {
  readonly state: Episode['state'];
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly lastSeenAt: string;
  /** startsAt of the episode before it, where there is one. */
  readonly previousStartsAt?: string | null;
  /** The latest startsAt that was said of it, where an earlier one has moved its start back. */
  readonly latestStart?: string | null;
}

export type Placement =
  /** Opens a new episode (`status` firing), or records one whose first sight is its resolve. */
  | { readonly verdict: 'new-episode'; readonly state: 'open' | 'resolved' }
  /** Still the same; `startsAt` and `latestStart` are what is known of it now. */
  | { readonly verdict: 'repeat'; readonly startsAt: string; readonly latestStart: string | null }
  | { readonly verdict: 'resolves'; readonly endsAt: string }
  /** Says nothing new about an episode that is over. */
  | { readonly verdict: 'stale-copy' };

/** How long after a resolve a firing message with the old startsAt is taken for the stale copy of a twin (Alertmanager's peer timeout is 15 s, copies after a SIGKILL come for 15 min). */
export const STALE_COPY_WINDOW_MS = 15 * 60_000;

/**
 * Where a message belongs, given the latest episode of its fingerprint. `now` and all times in UTC RFC 3339.
 * Alertmanager itself takes two copies of an alert whose times overlap for the same one; so do we.
 */
export function placeAlert(known: KnownEpisode | undefined, alert: Pick<Alert, 'status' | 'startsAt' | 'endsAt'>, now: string): Placement {
  if (known === undefined) return { verdict: 'new-episode', state: openOr(alert.status) };
  return known.state === 'open' ? placeInOpen(known, alert, now) : placeAfter(known, alert, now);
}

function placeInOpen(known: KnownEpisode, alert: Pick<Alert, 'status' | 'startsAt' | 'endsAt'>, now: string): Placement {
  const starts = Date.parse(alert.startsAt);
  const knownStarts = Date.parse(known.startsAt);
  if (alert.status === 'resolved') {
    const endsAt = alert.endsAt ?? now;
    // The resolve of an episode before the one that is open: late, and already implied by it.
    if (Date.parse(endsAt) < knownStarts) return { verdict: 'stale-copy' };
    // That of an episode before, whose firing came late and was taken for this one.
    if (known.latestStart && Date.parse(endsAt) < Date.parse(known.latestStart)) return { verdict: 'repeat', startsAt: known.latestStart, latestStart: null };
    return { verdict: 'resolves', endsAt };
  }
  // The later startsAt again, though an earlier one was said in between.
  if (known.latestStart && alert.startsAt === known.latestStart) return { verdict: 'repeat', startsAt: known.latestStart, latestStart: null };
  // Firing again with a later startsAt: it resolved and fired again inside one group_interval, which nobody announces.
  if (starts > knownStarts) return { verdict: 'new-episode', state: 'open' };
  // A twin still tells of the episode before: that must not move this one back over it.
  const previousStarts = known.previousStartsAt ? Date.parse(known.previousStartsAt) : Number.NEGATIVE_INFINITY;
  if (starts < knownStarts && starts <= previousStarts) return { verdict: 'stale-copy' };
  const latestStart = known.latestStart ?? null;
  return starts < knownStarts
    ? { verdict: 'repeat', startsAt: alert.startsAt, latestStart: latestStart ?? known.startsAt }
    : { verdict: 'repeat', startsAt: known.startsAt, latestStart };
}

function placeAfter(known: KnownEpisode, alert: Pick<Alert, 'status' | 'startsAt' | 'endsAt'>, now: string): Placement {
  const starts = Date.parse(alert.startsAt);
  const lastSeen = Date.parse(known.lastSeenAt);
  // An end that lies ahead of the message that told of it is a wrong clock; believing it would swallow what fires until then.
  const knownEnds = Math.max(Date.parse(known.startsAt), Math.min(Date.parse(known.endsAt ?? known.lastSeenAt), lastSeen));
  if (alert.status === 'resolved') {
    if (starts > knownEnds) return { verdict: 'new-episode', state: 'resolved' };
    return known.state === 'stale' ? { verdict: 'resolves', endsAt: alert.endsAt ?? now } : { verdict: 'stale-copy' };
  }
  const recently = Date.parse(now) - lastSeen < STALE_COPY_WINDOW_MS;
  return known.state === 'resolved' && starts <= knownEnds && recently ? { verdict: 'stale-copy' } : { verdict: 'new-episode', state: 'open' };
}

function openOr(status: AlertStatus): 'open' | 'resolved' {
  return status === 'firing' ? 'open' : 'resolved';
}
