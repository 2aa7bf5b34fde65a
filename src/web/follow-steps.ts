import type { ProgressStep } from '#domain/investigation.ts';
import type { EventStream } from './event-streams.ts';

/** A line of what is being done; `end`: nothing more will come. */
export type Step = Omit<ProgressStep, 'investigationId'>;

/** Something whose steps can be followed. */
export interface Followed {
  /** The steps after this one; and how it has ended, if it has: read first, so that a step that is added in between is still sent before the end is. */
  read(afterSeq: number): Promise<{ readonly steps: readonly Step[]; readonly ended: Pick<Step, 'at' | 'what'> | undefined }>;
  /** Calls whenever there may be something to read; returns the way to stop. */
  listen(heard: () => void): () => void;
}

export interface Follow {
  readonly followed: Followed;
  readonly stream: EventStream;
  /** Steps up to this one are not sent again. */
  readonly afterSeq: number;
  /** What the client hands back to go on after a step. */
  readonly eventId: (step: Step) => string;
  /** The store cannot be read: the stream is ended, and the client comes again. */
  readonly onFailure: (thrown: unknown) => void;
}

/**
 * Sends steps in order, each once, until the end. News only say that it is time to look; what is sent is read from the store, so it does not matter whether one is
 * missed (another replica) or comes twice.
 */
export function followSteps({ followed, stream, afterSeq, eventId, onFailure }: Follow): void {
  let sent = afterSeq;
  let looking = false;
  let lookAgain = false;

  const send = (step: Step): void => {
    sent = step.seq;
    stream.send({ event: 'progress', id: eventId(step), data: { seq: step.seq, at: step.at, what: step.what, kind: step.kind } });
    if (step.kind === 'end') stream.end();
  };

  async function sendNews(): Promise<void> {
    const { steps, ended } = await followed.read(sent);
    for (const step of steps) if (!stream.closed && step.seq > sent) send(step);
    if (!stream.closed && ended) send({ ...ended, seq: sent + 1, kind: 'end' });
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

  stream.onClose(followed.listen(() => void look()));
  stream.onHeartbeat(() => void look());
  void look();
}
