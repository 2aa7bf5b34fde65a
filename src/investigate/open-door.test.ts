import { describe, expect, it } from 'vitest';
import { list, log } from '#domain/question.ts';
import type { Source } from '#sources/source.ts';
import { openDoor } from './open-door.ts';

const clock = () => new Date('2026-03-01T12:00:00Z');
const pod = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };

function source(name: string, topics: Source['topics'], answer: (topic: string) => unknown): Source & { asked: string[] } {
  const asked: string[] = [];
  return {
    name,
    topics,
    asked,
    answer: (async (question: { topic: string }) => {
      asked.push(question.topic);
      return answer(question.topic);
    }) as unknown as Source['answer'],
    check: async () => ({ state: 'ok', detail: '' }),
    close: async () => {},
  };
}

const fact = (data: unknown) => ({ outcome: 'present', question: list('pods'), observedAt: '', data });
const gap = (why: string) => ({ outcome: 'unavailable', question: list('pods'), observedAt: '', reason: 'forbidden', why });

describe('the door', () => {
  it('asks the same question once, however often it is put', async () => {
    const kubernetes = source('k', new Set(['pods']), () => fact([]));
    const { ask, asked } = openDoor([kubernetes], clock, AbortSignal.timeout(1000));
    await Promise.all([ask(list('pods', 'shop')), ask(list('pods', 'shop')), ask(list('pods', 'other'))]);
    expect(kubernetes.asked).toHaveLength(2);
    expect(asked()).toBe(2);
  });

  it('begins with what will be asked, and takes for a gap only what somebody asked', async () => {
    const kubernetes = source('k', new Set(['pods', 'services']), () => gap('forbidden'));
    const door = openDoor([kubernetes], clock, AbortSignal.timeout(1000));
    door.expect([list('pods', 'shop'), list('services', 'shop')]);
    expect(kubernetes.asked).toEqual(['pods', 'services']);
    expect(door.known(list('pods', 'shop'))).toBeUndefined();
    await door.ask(list('pods', 'shop'));
    expect(kubernetes.asked).toHaveLength(2);
    expect(door.gaps()).toHaveLength(1);
    expect(door.asked()).toBe(1);
    expect(await door.known(list('pods', 'shop'))).toMatchObject({ why: 'forbidden' });
  });

  it('may glance at what it does not need: asked once, and no gap when nobody knows', async () => {
    const kubernetes = source('k', new Set(['pods']), () => gap('forbidden'));
    const door = openDoor([kubernetes], clock, AbortSignal.timeout(1000));
    expect(await door.glance(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable' });
    expect([door.gaps(), door.asked()]).toEqual([[], 0]);
    await door.ask(list('pods', 'shop'));
    expect(kubernetes.asked).toHaveLength(1);
    expect(door.gaps()).toHaveLength(1);
  });

  it('goes to the next source when one cannot answer', async () => {
    const cluster = source('k', new Set(['logs']), () => gap('gone'));
    const loki = source('loki', new Set(['logs']), () => fact({ lines: [], truncated: false }));
    const door = openDoor([cluster, loki], clock, AbortSignal.timeout(1000));
    expect((await door.ask(log(pod, 'app'))).outcome).toBe('present');
    expect(door.gaps()).toEqual([]);
  });

  it('remembers what nobody could answer, and says which source is missing', async () => {
    const door = openDoor([], clock, AbortSignal.timeout(1000));
    expect(await door.ask(list('pods', 'shop'))).toMatchObject({ outcome: 'unavailable', reason: 'not-configured' });
    expect(door.gaps().map(({ why }) => why)).toEqual(['Kubernetes: not configured']);
  });

  it('takes an answer in part for both a fact and a gap', async () => {
    const kubernetes = source('k', new Set(['pods']), () => ({ ...fact([1]), lacks: '1 of 2 pods is none' }));
    const door = openDoor([kubernetes], clock, AbortSignal.timeout(1000));
    expect(await door.ask(list('pods', 'shop'))).toMatchObject({ outcome: 'present', data: [1] });
    expect(door.gaps()).toMatchObject([{ outcome: 'unavailable', reason: 'invalid', why: '1 of 2 pods is none' }]);
  });

  it('takes a source that throws for a gap', async () => {
    const broken = source('broken', new Set(['pods']), () => {
      throw new Error('boom');
    });
    expect(await openDoor([broken], clock, AbortSignal.timeout(1000)).ask(list('pods'))).toMatchObject({ outcome: 'unavailable', why: 'broken: boom' });
  });

  it('asks nobody after the time is over', async () => {
    const kubernetes = source('k', new Set(['pods']), () => fact([]));
    expect(await openDoor([kubernetes], clock, AbortSignal.abort()).ask(list('pods'))).toMatchObject({ outcome: 'unavailable', reason: 'timeout' });
    expect(kubernetes.asked).toEqual([]);
  });
});
