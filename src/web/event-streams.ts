import type { FastifyReply } from 'fastify';

/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
interface ServerSentEvent {
  readonly event: string;
  /** What the client sends back as Last-Event-ID when it connects again. */
  readonly id?: string;
  /** Written as JSON, which has no line breaks. */
  readonly data: unknown;
}

export interface EventStream {
  send(event: ServerSentEvent): void;
  end(): void;
  /** Called at every heartbeat: the time to look whether something was missed. */
  onHeartbeat(listener: () => void): void;
  /** Called once, whoever ends the stream. */
  onClose(listener: () => void): void;
  readonly closed: boolean;
}

export interface EventStreams {
  /** Takes over the reply. undefined, and the reply untouched: as many streams as allowed are open. */
  open(reply: FastifyReply): EventStream | undefined;
  endAll(): void;
  readonly size: number;
}

export interface EventStreamOptions {
  /** Streams open at one time. */
  readonly limit?: number;
  /** Shorter than the minute after which proxies cut silent connections. */
  readonly heartbeatMs?: number;
  /** A stream is ended after this time; clients connect again by themselves. */
  readonly lifetimeMs?: number;
}

/** A client that does not read is cut off rather than buffered for. */
const BUFFER_LIMIT_BYTES = 1024 * 1024;

export function createEventStreams({ limit = 500, heartbeatMs = 15_000, lifetimeMs = 30 * 60_000 }: EventStreamOptions = {}): EventStreams {
  const streams = new Set<{ readonly stream: EventStream; beat(): void }>();
  let timer: NodeJS.Timeout | undefined;

  const startBeating = (): void => {
    timer ??= setInterval(() => {
      for (const { beat } of streams) beat();
    }, heartbeatMs).unref();
  };
  const stopBeating = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    open(reply) {
      if (streams.size >= limit) return undefined;
      const opened = openStream(reply, Math.ceil(lifetimeMs / heartbeatMs));
      streams.add(opened);
      startBeating();
      opened.stream.onClose(() => {
        streams.delete(opened);
        if (streams.size === 0) stopBeating();
      });
      return opened.stream;
    },
    endAll() {
      for (const { stream } of [...streams]) stream.end();
    },
    get size() {
      return streams.size;
    },
  };
}

function openStream(reply: FastifyReply, beatsLeft: number): { readonly stream: EventStream; beat(): void } {
  const { raw } = reply;
  const onHeartbeat: (() => void)[] = [];
  const onClose: (() => void)[] = [];
  let beats = beatsLeft;
  let closed = false;

  reply.hijack();
  raw.writeHead(200, { ...definedOnly(reply.getHeaders()), ...HEADERS });
  raw.write('retry: 3000\n\n');

  function close(): void {
    if (closed) return;
    closed = true;
    for (const listener of onClose) listener();
  }
  function write(text: string): void {
    if (closed) return;
    raw.write(text);
    if (raw.writableLength > BUFFER_LIMIT_BYTES) raw.destroy();
  }
  const stream: EventStream = {
    send: ({ event, id, data }) => write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`),
    end() {
      if (closed) return;
      raw.end();
      close();
    },
    onHeartbeat: (listener) => void onHeartbeat.push(listener),
    onClose: (listener) => void (closed ? listener() : onClose.push(listener)),
    get closed() {
      return closed;
    },
  };
  raw.on('close', close);
  const beat = (): void => {
    beats -= 1;
    if (beats < 0) stream.end();
    else write(': still here\n\n');
    if (!closed) for (const listener of onHeartbeat) listener();
  };
  return { stream, beat };
}

const HEADERS = { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

function definedOnly(headers: Readonly<Record<string, string | number | string[] | undefined>>): Record<string, string | number | string[]> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
