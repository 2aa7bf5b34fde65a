import { describe, expect, it } from 'vitest';
import { type KnownEpisode, placeAlert } from './episode.ts';

const open: KnownEpisode = { state: 'open', startsAt: '2026-01-05T10:00:00Z', endsAt: null, lastSeenAt: '2026-01-05T10:30:00.000Z' };
const resolved: KnownEpisode = { ...open, state: 'resolved', endsAt: '2026-01-05T10:29:00Z' };
const stale: KnownEpisode = { ...open, state: 'stale' };
const soon = '2026-01-05T10:31:00.000Z';
const muchLater = '2026-01-05T11:00:00.000Z';
const firing = (startsAt: string) => ({ status: 'firing' as const, startsAt, endsAt: null });
const ended = (startsAt: string, endsAt: string | null) => ({ status: 'resolved' as const, startsAt, endsAt });

describe('placeAlert', () => {
  it('opens an episode for what it does not know, resolved if its first sight is the resolve', () => {
    expect(placeAlert(undefined, firing(open.startsAt), soon)).toEqual({ verdict: 'new-episode', state: 'open' });
    expect(placeAlert(undefined, ended(open.startsAt, soon), soon)).toEqual({ verdict: 'new-episode', state: 'resolved' });
  });

  it('takes the same startsAt for a repeat, however it is written', () => {
    expect(placeAlert(open, firing('2026-01-05T10:00:00.000Z'), soon)).toEqual({ verdict: 'repeat', startsAt: open.startsAt, latestStart: null });
  });

  it('moves the start back for an earlier startsAt, and remembers the latest', () => {
    const moved = { verdict: 'repeat', startsAt: '2026-01-05T09:59:48Z', latestStart: open.startsAt };
    expect(placeAlert(open, firing('2026-01-05T09:59:48Z'), soon)).toEqual(moved);
    const known = { ...open, startsAt: '2026-01-05T09:59:50Z', latestStart: open.startsAt };
    expect(placeAlert(known, firing('2026-01-05T09:59:48Z'), soon)).toEqual(moved);
    expect(placeAlert({ ...known, startsAt: moved.startsAt }, firing(moved.startsAt), soon)).toEqual(moved);
  });

  it('an earlier startsAt was that of an episode before, if its end comes before the later one or that is said again', () => {
    const known = { ...open, startsAt: '2026-01-05T09:50:00Z', latestStart: open.startsAt };
    const isAgain = { verdict: 'repeat', startsAt: open.startsAt, latestStart: null };
    expect(placeAlert(known, { status: 'resolved', startsAt: known.startsAt, endsAt: '2026-01-05T09:55:00Z' }, soon)).toEqual(isAgain);
    expect(placeAlert(known, firing(open.startsAt), soon)).toEqual(isAgain);
    const end = { status: 'resolved', startsAt: known.startsAt, endsAt: '2026-01-05T10:10:00Z' } as const;
    expect(placeAlert(known, end, soon)).toEqual({ verdict: 'resolves', endsAt: end.endsAt });
  });

  it('does not move the start back over the episode before', () => {
    const known = { ...open, previousStartsAt: '2026-01-05T09:00:00Z' };
    expect(placeAlert(known, firing('2026-01-05T09:00:00Z'), soon)).toEqual({ verdict: 'stale-copy' });
    expect(placeAlert(known, firing('2026-01-05T09:59:48Z'), soon).verdict).toBe('repeat');
    expect(placeAlert({ ...open, previousStartsAt: open.startsAt }, firing(open.startsAt), soon).verdict).toBe('repeat');
  });

  it('opens another episode for a later startsAt, though no resolve was seen', () => {
    expect(placeAlert(open, firing('2026-01-05T10:20:00Z'), soon)).toEqual({ verdict: 'new-episode', state: 'open' });
  });

  it('resolves what is open, at the time the sender gives or now', () => {
    expect(placeAlert(open, ended(open.startsAt, '2026-01-05T10:29:00Z'), soon)).toEqual({ verdict: 'resolves', endsAt: '2026-01-05T10:29:00Z' });
    expect(placeAlert(open, ended(open.startsAt, null), soon)).toEqual({ verdict: 'resolves', endsAt: soon });
  });

  it('ignores the late resolve of the episode before', () => {
    expect(placeAlert(open, ended('2026-01-05T09:00:00Z', '2026-01-05T09:30:00Z'), soon)).toEqual({ verdict: 'stale-copy' });
  });

  it('ignores what says again that it resolved', () => {
    expect(placeAlert(resolved, ended(open.startsAt, '2026-01-05T10:34:00Z'), soon)).toEqual({ verdict: 'stale-copy' });
  });

  it('takes a firing copy soon after the resolve for a stale one, and a late one for a new episode', () => {
    expect(placeAlert(resolved, firing(open.startsAt), soon)).toEqual({ verdict: 'stale-copy' });
    expect(placeAlert(resolved, firing('2026-01-05T10:00:12Z'), soon)).toEqual({ verdict: 'stale-copy' });
    expect(placeAlert(resolved, firing(open.startsAt), muchLater)).toEqual({ verdict: 'new-episode', state: 'open' });
  });

  it('opens another episode for what fires after the resolve', () => {
    expect(placeAlert(resolved, firing('2026-01-05T10:30:30Z'), soon)).toEqual({ verdict: 'new-episode', state: 'open' });
  });

  it('is not made deaf by an end in the future', () => {
    const wrongClock = { ...resolved, endsAt: '2099-01-01T00:00:00Z' };
    expect(placeAlert(wrongClock, firing('2026-01-05T10:30:30Z'), soon)).toEqual({ verdict: 'new-episode', state: 'open' });
  });

  it('knows a stale copy from a sender whose clock is ahead', () => {
    const ahead = { ...resolved, startsAt: '2026-01-05T10:30:20Z', endsAt: '2026-01-05T10:30:40Z', lastSeenAt: '2026-01-05T10:30:00.000Z' };
    expect(placeAlert(ahead, firing(ahead.startsAt), soon)).toEqual({ verdict: 'stale-copy' });
  });

  it('records an episode that was never seen firing', () => {
    expect(placeAlert(resolved, ended('2026-01-05T10:40:00Z', '2026-01-05T10:41:00Z'), muchLater)).toEqual({ verdict: 'new-episode', state: 'resolved' });
  });

  it('resolves a stale episode after all, and opens a new one when it fires again', () => {
    expect(placeAlert(stale, ended(open.startsAt, '2026-01-05T10:50:00Z'), muchLater)).toEqual({ verdict: 'resolves', endsAt: '2026-01-05T10:50:00Z' });
    expect(placeAlert(stale, firing(open.startsAt), muchLater)).toEqual({ verdict: 'new-episode', state: 'open' });
  });
});
