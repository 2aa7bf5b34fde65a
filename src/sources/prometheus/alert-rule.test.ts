import { describe, expect, it } from 'vitest';
import { durationMs, thresholdOf, windowMsOf } from './alert-rule.ts';

describe('thresholdOf', () => {
  it.each([
    ['rate(x[5m]) > 0.9', { op: '>', value: 0.9 }],
    ['max_over_time(x{reason="CrashLoopBackOff"}[5m]) >= 1', { op: '>=', value: 1 }],
    ['(a / b < 0.05\n and\n c == 0)', { op: '==', value: 0 }],
    ['x != bool 1', { op: '!=', value: 1 }],
    ['x > 1.5e+3', { op: '>', value: 1500 }],
    ['x < -2', { op: '<', value: -2 }],
    ['absent(up{job="api"})', undefined],
    ['a > b', undefined],
    ['', undefined],
  ])('%s', (expression, expected) => {
    expect(thresholdOf(expression)).toEqual(expected);
  });
});

describe('windowMsOf', () => {
  it.each([
    ['rate(x[5m]) > 1', 300_000],
    ['max_over_time(rate(x[1m])[1h30m:30s])', 5_400_000],
    ['x offset 2d', 172_800_000],
    ['up == 0', 0],
    ['service:latency_p95_ms > 5', 0],
  ])('%s', (expression, expected) => {
    expect(windowMsOf(expression)).toBe(expected);
  });

  it('is quick with a long expression', () => {
    const started = performance.now();
    windowMsOf('[1m'.repeat(100_000));
    thresholdOf(`${'> '.repeat(100_000)}1`);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

describe('durationMs', () => {
  it.each([
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1w', 604_800_000],
    ['5', undefined],
    ['', undefined],
    ['5m ', undefined],
  ])('%s', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });
});
