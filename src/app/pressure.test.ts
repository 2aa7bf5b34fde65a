import { beforeEach, describe, expect, it } from 'vitest';
import { createPressure, type Pressure } from './pressure.ts';

describe('createPressure', () => {
  let now: number;
  let busy: number;
  let pressure: Pressure;
  beforeEach(() => {
    now = 0;
    busy = 1;
    pressure = createPressure({ stopwatch: () => now, utilization: () => busy });
  });

  it('is high while deliveries come to a busy process', () => {
    expect(pressure.isHigh()).toBe(false);
    pressure.note();
    expect(pressure.isHigh()).toBe(true);
    now += 149;
    expect(pressure.isHigh()).toBe(true);
    now += 1;
    expect(pressure.isHigh()).toBe(false);
  });

  it('is not high while there is time for both', () => {
    busy = 0.5;
    pressure.note();
    expect(pressure.isHigh()).toBe(false);
    busy = 0.9;
    expect(pressure.isHigh()).toBe(false);
    now += 100;
    expect(pressure.isHigh()).toBe(true);
  });
});
