import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertStatus } from '#domain/alert.ts';
import { type KnownEpisode, placeAlert } from '#domain/episode.ts';
import { OncallmError } from '#domain/error.ts';
import { fingerprintOf } from '#ingest/fingerprint.ts';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { createRecentAlerts } from '#ingest/recent-alerts.ts';
import { wireTime } from '#ingest/wire-time.ts';
import { decodeCursor, encodeCursor } from '#store/cursor.ts';

const AT = '2026-01-05T03:10:00.000Z';
const meta = { id: 'd', cluster: 'default', receivedAt: AT, remoteAddress: '', userAgent: '' };
const labels = fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 6 });

/** The same cases in every run; set FUZZ_SEED and FUZZ_RUNS to look elsewhere. */
function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property, { seed: Number(process.env['FUZZ_SEED'] ?? 20_260_105), numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) });
}

describe('a webhook body', () => {
  it('is read or refused with a reason, whatever it is', () => {
    holds(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ alerts: value })),
        ),
        (body) => {
          const parsed = parseDelivery(body, meta);
          if (parsed.ok) for (const { fingerprint } of parsed.delivery.alerts) expect(fingerprint.length).toBeGreaterThan(0);
          else expect(parsed.why).not.toBe('');
        },
      ),
    );
  });

  it('loses no object among its alerts unless it says which and why', () => {
    holds(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 1, maxLength: 6 }), (alerts) => {
        const parsed = parseDelivery(JSON.stringify({ alerts }), meta);
        if (parsed.ok) expect(parsed.delivery.alerts.length + parsed.rejected.length).toBe(alerts.length);
      }),
    );
  });

  it('has the same fingerprint in whatever order its labels come', () => {
    holds(
      fc.property(labels, (set) => {
        const reversed = Object.fromEntries(Object.entries(set).reverse());
        expect(fingerprintOf(reversed)).toBe(fingerprintOf(set));
        expect(fingerprintOf(set)).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });
});

describe('a time from the wire', () => {
  it('is UTC with milliseconds or nothing, and stays what it is', () => {
    holds(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
        (text) => {
          const time = wireTime(text);
          if (time === null) return;
          expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
          expect(wireTime(time)).toBe(time);
        },
      ),
    );
  });
});

interface Told {
  readonly status: AlertStatus;
  readonly startsAt: string;
  readonly endsAt: string | null;
}

/** What a store does with the placement: the latest episode after a message, and whether it is another one. */
function place(known: KnownEpisode | undefined, told: Told, now: string): { readonly known: KnownEpisode | undefined; readonly opened: boolean } {
  const placement = placeAlert(known, told, now);
  switch (placement.verdict) {
    case 'new-episode': {
      const { state } = placement;
      const endsAt = state === 'open' ? null : (told.endsAt ?? now);
      return { opened: true, known: { state, startsAt: told.startsAt, endsAt, lastSeenAt: now, previousStartsAt: known?.startsAt ?? null } };
    }
    case 'repeat':
      return { opened: false, known: known && { ...known, startsAt: placement.startsAt, lastSeenAt: now } };
    case 'resolves':
      return { opened: false, known: known && { ...known, state: 'resolved', endsAt: placement.endsAt, lastSeenAt: now } };
    case 'stale-copy':
      return { opened: false, known };
  }
}

/** An alert that fires and is over, again and again, told once each, ten seconds apart. */
function storyOf(episodes: number, lastIsOver: boolean): readonly Told[] {
  return Array.from({ length: episodes }, (_, index): readonly Told[] => {
    const startsAt = new Date(Date.parse(AT) + index * 20_000).toISOString();
    const firing: Told = { status: 'firing', startsAt, endsAt: null };
    const over: Told = { status: 'resolved', startsAt, endsAt: new Date(Date.parse(startsAt) + 10_000).toISOString() };
    return index === episodes - 1 && !lastIsOver ? [firing] : [firing, over];
  }).flat();
}

describe('copies of a second Alertmanager', () => {
  it('late or not, open no episode and end none', () => {
    const copies = fc.array(fc.record({ of: fc.nat(20), after: fc.nat(20) }), { maxLength: 12 });
    holds(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.boolean(), copies, (episodes, lastIsOver, twin) => {
        const story = storyOf(episodes, lastIsOver);
        let known: KnownEpisode | undefined;
        let opened = 0;
        story.forEach((told, index) => {
          const now = Date.parse(told.endsAt ?? told.startsAt) + 1_000;
          const said = [
            told,
            ...twin.flatMap(({ of, after }) =>
              after % story.length === index ? story.slice(0, index + 1).slice(of % (index + 1), (of % (index + 1)) + 1) : [],
            ),
          ];
          said.forEach((each, position) => {
            const placed = place(known, each, new Date(now + position * 100).toISOString());
            known = placed.known;
            opened += Number(placed.opened);
          });
        });
        expect(opened).toBe(episodes);
        expect(known).toMatchObject({ state: lastIsOver ? 'resolved' : 'open', startsAt: story.at(-1)?.startsAt });
      }),
    );
  });
});

describe('what was committed a moment ago', () => {
  it('is taken for a duplicate only if the last word about every alert was the same', () => {
    const message = fc.record({
      names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
      status: fc.constantFrom('firing', 'resolved'),
      afterMs: fc.nat(40_000),
    });
    holds(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const recent = createRecentAlerts();
        const last = new Map<string, { readonly status: string; readonly at: number }>();
        let now = Date.parse(AT);
        for (const { names, status, afterMs } of messages) {
          now += afterMs;
          const parsed = parseDelivery(JSON.stringify({ alerts: names.map((name) => ({ fingerprint: name, status })) }), {
            ...meta,
            receivedAt: new Date(now).toISOString(),
          });
          if (!parsed.ok) throw new Error(parsed.why);
          if (recent.holdsAll(parsed.delivery, now)) {
            for (const name of names) {
              expect(last.get(name)?.status).toBe(status);
              expect(now - (last.get(name)?.at ?? 0)).toBeLessThan(60_000);
            }
            continue;
          }
          recent.remember(parsed.delivery, now);
          for (const name of names) if (last.get(name)?.status !== status || now - (last.get(name)?.at ?? 0) >= 60_000) last.set(name, { status, at: now });
        }
      }),
    );
  });
});

describe('a cursor', () => {
  it('comes back as it was given out', () => {
    holds(
      fc.property(fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 3 }), (position) => {
        expect(decodeCursor('list', position.length, encodeCursor('list', position))).toEqual(position);
      }),
    );
  });

  it('that nobody gave out is refused as such', () => {
    holds(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (cursor) => {
          try {
            for (const part of decodeCursor('list', 1, cursor)) expect(Number.isSafeInteger(part)).toBe(true);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(OncallmError);
            expect(thrown).toMatchObject({ code: 'bad-cursor' });
          }
        },
      ),
    );
  });
});
