import { describe, expect, it } from 'vitest';
import { shapeOf } from './shape-of.ts';

const samples = (value: (index: number) => number, count = 60) => Array.from({ length: count }, (_, index) => ({ at: index * 60_000, value: value(index) }));
const noise = (index: number) => ((index * 7919) % 13) / 13 - 0.5;

describe('how a series ran', () => {
  it('is constant', () => {
    expect(shapeOf(samples(() => 5)).kind).toBe('constant');
    expect(shapeOf(samples(() => 0)).kind).toBe('constant');
  });

  it('is a step, with its levels and its time', () => {
    expect(shapeOf(samples((index) => (index < 40 ? 10 : 50) + noise(index)))).toEqual({
      kind: 'step',
      step: { at: 40 * 60_000, before: expect.closeTo(10, 0), after: expect.closeTo(50, 0) },
    });
    expect(shapeOf(samples((index) => (index < 30 ? 0 : 1))).kind).toBe('step');
  });

  it('is a ramp', () => {
    expect(shapeOf(samples((index) => 100 + index * 5 + noise(index))).kind).toBe('ramp');
    expect(shapeOf(samples((index) => 1000 - index * 15)).kind).toBe('ramp');
  });

  it('is a spike', () => {
    expect(shapeOf(samples((index) => (index === 30 ? 100 : 10 + noise(index)))).kind).toBe('spike');
  });

  it('is unsteady when it is none of these', () => {
    expect(shapeOf(samples((index) => 50 + 30 * Math.sin(index * 2))).kind).toBe('unsteady');
  });

  it('is nothing that can be named with few samples, and is not misled by those that are none', () => {
    expect(shapeOf(samples((index) => index, 4)).kind).toBe('few samples');
    expect(shapeOf([]).kind).toBe('few samples');
    expect(shapeOf(samples((index) => (index % 2 ? Number.NaN : 5))).kind).toBe('constant');
  });
});
