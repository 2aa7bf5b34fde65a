import { describe, expect, it } from 'vitest';
import { createUuidV7 } from './uuid-v7.ts';

const at = (ms: number) => () => new Date(ms);

describe('createUuidV7', () => {
  it('has the form, the version and the variant of RFC 9562', () => {
    expect(createUuidV7()()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('carries the time of the clock in its first 48 bits', () => {
    const id = createUuidV7({ clock: at(Date.parse('2026-11-23T10:00:00.123Z')) })();
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.parse('2026-11-23T10:00:00.123Z'));
  });

  it('sorts by creation, within one millisecond and beyond its counter', () => {
    const next = createUuidV7({ clock: at(1_000) });
    const ids = Array.from({ length: 10_000 }, next);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(10_000);
  });

  it('keeps sorting when the clock is set back', () => {
    let now = 5_000;
    const next = createUuidV7({ clock: () => new Date(now) });
    const before = next();
    now = 1_000;
    expect(next() > before).toBe(true);
  });

  it('is determined by clock and random bytes', () => {
    const fixed = { clock: at(1), random: (bytes: Uint8Array) => void bytes.fill(7) };
    expect(createUuidV7(fixed)()).toBe(createUuidV7(fixed)());
    expect(createUuidV7(fixed)()).toBe('00000000-0001-7707-8707-070707070707');
  });
});
