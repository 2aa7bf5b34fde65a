import type { Alert } from '#domain/alert.ts';
import type { KnownEpisode } from '#domain/episode.ts';

/** An episode as a transaction has read it, or as it will be written, while its alerts are placed. */
export interface PlacedEpisode {
  readonly id: string;
  /** undefined until it is in the database. */
  readonly seq: number | undefined;
  readonly cluster: string;
  readonly incidentId: string | null;
  /** Of one that is new. */
  readonly joinedBy?: string;
  /** The alert that opened it; undefined when it was there before. */
  readonly opening: Alert | undefined;
  state: 'open' | 'resolved' | 'stale';
  startsAt: string;
  latestStart: string | null;
  endsAt: string | null;
  lastSeenAt: string;
  /** Of this transaction. */
  repeats: number;
  /** What the last message that counted said. */
  said: Said | undefined;
  changed: boolean;
}

export interface Said {
  readonly annotations: string;
  readonly generatorUrl: string;
  readonly externalUrl: string;
  readonly truncatedAlerts: number;
}

/** The newest episodes of one fingerprint in one cluster; more are never needed. */
export interface Latest {
  current: PlacedEpisode | undefined;
  previousStartsAt: string | null;
}

/** What placeAlert wants to know. */
export function knownOf({ current, previousStartsAt }: Latest): KnownEpisode | undefined {
  if (current === undefined) return undefined;
  const { state, startsAt, latestStart, endsAt, lastSeenAt } = current;
  return { state, startsAt, latestStart, endsAt, lastSeenAt, previousStartsAt };
}
