import type { Investigation, ProgressStep } from '#domain/investigation.ts';
import type { Reading } from '#store/store.ts';
import type { EventStream } from './event-streams.ts';

export interface Follow {
  readonly reading: Pick<Reading, 'progress' | 'onProgress' | 'investigation'>;
  readonly stream: EventStream;
  readonly investigationId: string;
  /** Steps up to this one are not sent again. */
  readonly afterSeq: number;
  /** What the client hands back to go on after a step. */
  readonly eventId: (step: ProgressStep) => string;
  /** The store cannot be read: the stream is ended, and the client comes again. */
  readonly onFailure: (thrown: unknown) => void;
}

/**
 * Sends the steps of an investigation in order, each once, until its end. News only say that it is time to look; what is sent is read from the
 * store, so it does not matter whether one is missed (another replica) or comes twice.
 */
export function followInvestigation({ reading, stream, investigationId, afterSeq, eventId, onFailure }: Follow): void {
  let sent = afterSeq;
  let looking = false;
  let lookAgain = false;

  const send = (step: ProgressStep): void => {
    sent = step.seq;
    stream.send({ event: 'progress', id: eventId(step), data: { seq: step.seq, at: step.at, what: step.what, kind: step.kind } });
    if (step.kind === 'end') stream.end();
  };

  async function sendNews(): Promise<void> {
    // Settled is read first: a step that is added in between is then still sent before the end is.
    const investigation = await reading.investigation(investigationId);
    for (const step of await reading.progress(investigationId, sent)) if (!stream.closed && step.seq > sent) send(step);
    if (stream.closed) return;
    if (investigation === undefined || isSettled(investigation)) {
      send({ investigationId, seq: sent + 1, at: investigation?.completedAt ?? '', what: investigation?.state ?? 'gone', kind: 'end' });
    }
  }

  /** One look at a time; news that come during one make for another. */
  async function look(): Promise<void> {
    lookAgain = true;
    if (looking) return;
    looking = true;
    try {
      while (lookAgain && !stream.closed) {
        lookAgain = false;
        await sendNews();
      }
    } catch (thrown) {
      onFailure(thrown);
      stream.end();
    } finally {
      looking = false; // in the same turn as the last test of lookAgain, or news could fall between
    }
  }

  stream.onClose(reading.onProgress((step) => step.investigationId === investigationId && void look()));
  stream.onHeartbeat(() => void look());
  void look();
}

/** True when nothing more will happen to it. */
export function isSettled({ state }: Pick<Investigation, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}
