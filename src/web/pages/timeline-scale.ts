import { dayName } from './clock.ts';

/** Something that happened: `number` is its place in the list beside the picture. `at` in ms since 1970. */
export interface PlotPoint {
  readonly at: number;
  readonly number: number;
}

/** Points that would overlap, drawn as one. `share` 0…1 from left to right. */
interface PlotMark {
  readonly share: number;
  readonly first: number;
  readonly last: number;
}

export interface TimelineScale {
  readonly from: number;
  readonly until: number;
  /** Where a time lies, 0…1; times outside are pulled to the edge. */
  readonly share: (at: number) => number;
  readonly marks: readonly PlotMark[];
  readonly ticks: readonly { readonly share: number; readonly text: string }[];
  /** How many points lie too far back to be drawn. */
  readonly earlier: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [10_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
const DAYS = [DAY, 2 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY];
/** How far before the alert a picture may begin. */
const REACHES = [15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY];

/** Nearer than this (a share of the width) two numbers on a phone would overlap. */
const TOO_NEAR = 0.085;

/**
 * Fits points and the moment the alert fired onto a line. An event of last month must not squeeze the minutes that matter: the line reaches back only so far
 * that most points are on it. Points after `now` are not drawn. Null when there is nothing to draw.
 */
export function scaleTimeline(points: readonly PlotPoint[], firedAt: number, now: number): TimelineScale | null {
  const past = points.filter(({ at }) => Number.isFinite(at) && at <= now).toSorted((a, b) => a.at - b.at);
  if (past.length === 0 || !Number.isFinite(firedAt)) return null;
  const reach = REACHES.find((ms) => past.filter(({ at }) => at >= firedAt - ms).length >= past.length * 0.75) ?? Number.POSITIVE_INFINITY;
  const drawn = past.filter(({ at }) => at >= firedAt - reach);
  const first = Math.min(firedAt, ...drawn.map(({ at }) => at));
  const last = Math.max(firedAt, ...drawn.map(({ at }) => at));
  const margin = Math.max(30_000, (last - first) * 0.08);
  const [from, until] = [first - margin, last + margin];
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (until - from)));
  return { from, until, share, marks: gather(drawn, share), ticks: ticksOf(from, until, share), earlier: past.length - drawn.length };
}

function gather(points: readonly PlotPoint[], share: (at: number) => number): readonly PlotMark[] {
  const marks: PlotMark[] = [];
  for (const point of points) {
    const place = share(point.at);
    const before = marks.at(-1);
    if (before !== undefined && place - before.share < TOO_NEAR) marks[marks.length - 1] = { ...before, last: point.number };
    else marks.push({ share: place, first: point.number, last: point.number });
  }
  return marks;
}

function ticksOf(from: number, until: number, share: (at: number) => number): TimelineScale['ticks'] {
  const span = until - from;
  const step = [...STEPS, ...DAYS].find((ms) => span / ms <= 4.2) ?? Math.ceil(span / (4 * DAY)) * DAY;
  const ticks: { share: number; text: string }[] = [];
  for (let at = Math.ceil(from / step) * step; at <= until; at += step) {
    const place = share(at);
    if (place > 0.05 && place < 0.95) ticks.push({ share: place, text: tickText(at, step) });
  }
  return ticks;
}

function tickText(at: number, step: number): string {
  if (step >= DAY) return dayName(at);
  const time = new Date(at).toISOString().slice(-13, step < MINUTE ? -5 : -8);
  return at % DAY === 0 ? dayName(at) : time;
}
