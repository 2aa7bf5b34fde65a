import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEventStreams } from './event-streams.ts';

/** A reply that keeps what is written to it. */
function fakeReply(): { reply: FastifyReply; raw: EventEmitter & { text: string; writableLength: number; ended: boolean } } {
  const raw = Object.assign(new EventEmitter(), {
    text: '',
    writableLength: 0,
    ended: false,
    writeHead: () => undefined,
    write(text: string) {
      raw.text += text;
    },
    end() {
      raw.ended = true;
    },
    destroy() {
      raw.emit('close');
    },
  });
  return { reply: { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply, raw };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('createEventStreams', () => {
  it('keeps streams alive with comments, calls listeners then, and stops when all are gone', () => {
    const streams = createEventStreams({ heartbeatMs: 1_000 });
    const { reply, raw } = fakeReply();
    const beats = vi.fn();
    streams.open(reply)?.onHeartbeat(beats);
    vi.advanceTimersByTime(2_000);
    expect(beats).toHaveBeenCalledTimes(2);
    expect(raw.text).toContain(': still here\n\n');
    raw.emit('close');
    expect([streams.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('opens no more than allowed', () => {
    const streams = createEventStreams({ limit: 1 });
    const first = streams.open(fakeReply().reply);
    expect(streams.open(fakeReply().reply)).toBeUndefined();
    first?.end();
    expect(streams.open(fakeReply().reply)).toBeDefined();
    streams.endAll();
  });

  it('cuts off a client that does not read', () => {
    const streams = createEventStreams();
    const { reply, raw } = fakeReply();
    const stream = streams.open(reply);
    raw.writableLength = 2 * 1024 * 1024;
    stream?.send({ event: 'x', data: 1 });
    expect([stream?.closed, streams.size]).toEqual([true, 0]);
  });

  it('ends a stream after its lifetime', () => {
    const streams = createEventStreams({ heartbeatMs: 1_000, lifetimeMs: 3_000 });
    const { reply, raw } = fakeReply();
    streams.open(reply);
    vi.advanceTimersByTime(3_000);
    expect(raw.ended).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect([raw.ended, streams.size]).toEqual([true, 0]);
  });

  it('calls a close listener once, also one that comes late', () => {
    const { reply, raw } = fakeReply();
    const stream = createEventStreams().open(reply);
    const closed = vi.fn();
    stream?.onClose(closed);
    stream?.end();
    raw.emit('close');
    stream?.onClose(closed);
    expect(closed).toHaveBeenCalledTimes(2);
  });
});
