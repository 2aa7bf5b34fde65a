import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ProgressStep } from '#domain/investigation.ts';
import type { Effects } from '../effects.ts';
import { connectionConfig, type DatabaseOptions, type Statements } from './database.ts';
import { serverName } from './server-name.ts';
import { storeError } from './store-error.ts';

/**
 * What one replica has committed, heard by the others (LISTEN and NOTIFY: https://www.postgresql.org/docs/current/sql-notify.html). A connection of its own:
 *
 *     connecting ──LISTEN──▶ listening ──lost, or silent──▶ connecting, after a growing wait
 *
 * What is said while nobody listens is lost; after each new connection the queue is announced, and followers of progress look by themselves now and then.
 */
export interface Announcer {
  /** Says it in the transaction: others hear it after its commit. */
  announce(tx: Statements, effects: Effects): Promise<void>;
  /** Begins to listen; resolves when it does, rejects with an OncallmError when the first connection fails. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface AnnouncerOptions extends Omit<DatabaseOptions, 'poolSize'> {
  /** Names this process, which does not listen to itself. */
  readonly self: string;
  readonly onQueued: () => void;
  readonly onQuestion: (id: string) => void;
  readonly onStep: (step: ProgressStep) => void;
}

interface Message {
  readonly from: string;
  readonly queued?: true;
  readonly step?: ProgressStep;
  /** Id of a question that got a step or ended. */
  readonly question?: string;
}

const CHANNEL = 'oncallm';
/** A connection that says nothing is asked that often whether it lives. */
const PULSE_MS = 15_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { self, onQueued, onStep, onQuestion } = options;
  const stopping = new AbortController();
  let current: pg.Client | undefined;
  let keeping: Promise<void> = Promise.resolve();

  const hear = ({ payload = '' }: pg.Notification): void => {
    const message = parse(payload);
    if (message === undefined || message.from === self) return;
    if (message.queued) onQueued();
    if (message.step) onStep(message.step);
    if (message.question) onQuestion(message.question);
  };

  /** Makes a connection that listens; the way to wait for its end. */
  const listen = async (): Promise<() => Promise<void>> => {
    const client = new pg.Client(connectionConfig(options));
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', () => resolve());
    });
    client.on('notification', hear);
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (thrown) {
      void client.end().catch(ignore);
      throw storeError(thrown, serverName(options.url));
    }
    current = client;
    const over = Promise.race([ended, pulse(client, stopping.signal)]);
    return () => over;
  };

  const keep = async (listening: () => Promise<void>): Promise<void> => {
    let ended: (() => Promise<void>) | undefined = listening;
    let waitMs = FIRST_WAIT_MS;
    for (;;) {
      await ended?.();
      await current?.end().catch(ignore);
      current = undefined;
      if (stopping.signal.aborted) return;
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(ignore);
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
      if (stopping.signal.aborted) return;
      ended = await listen().catch(() => undefined);
      if (ended === undefined) continue;
      waitMs = FIRST_WAIT_MS;
      onQueued();
    }
  };

  return {
    async announce(tx, { queued, steps, questions }) {
      const messages: Message[] = [...steps.map((step) => ({ from: self, step })), ...[...new Set(questions)].map((question) => ({ from: self, question }))];
      if (queued.length > 0) messages.push({ from: self, queued: true });
      if (messages.length === 0) return;
      await tx.run(
        `SELECT pg_notify('${CHANNEL}', payload) FROM unnest($1::text[]) AS payload`,
        messages.map((message) => JSON.stringify(message)),
      );
    },
    async start() {
      keeping = keep(await listen());
    },
    async stop() {
      stopping.abort();
      await current?.end().catch(ignore);
      await keeping;
    },
  };
}

/** Ends when the connection no longer answers. */
async function pulse(client: pg.Client, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await sleep(PULSE_MS, undefined, { signal, ref: false });
      await client.query('SELECT 1');
    }
  } catch {
    // Lost, or asked to stop: both end the connection.
  }
}

/** Only OnCallM speaks on the channel, but anybody who may connect could. */
function parse(payload: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(payload);
    return typeof message === 'object' && message !== null && 'from' in message ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}

function ignore(): void {}
