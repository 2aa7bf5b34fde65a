import type { FastifyReply, FastifyRequest } from 'fastify';

/** Bodies up to this are always taken: a group of some sixty alerts, and what memory a connection costs anyway. */
const SMALL_BYTES = 64 * 1024;
/** So many of the largest bodies that are allowed may be under way together. */
const LARGEST_BODIES = 3;
/** A body that does not say how long it is counts as this share of the largest. */
const UNKNOWN_SHARE = 1 / 8;

/**
 * Bounds what the bodies under way hold in memory together, however slowly they come: each counts with the length that its head announces, from the head to
 * the answer. Who comes when there is no room is told to come again, before the body is read.
 */
export interface BodyBudget {
  /** Counts a request until its reply is sent or its connection is gone. False: there is no room for its body now. */
  admit(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** `limitBytes`: the largest body that is allowed. */
export function createBodyBudget(limitBytes: number): BodyBudget {
  const most = LARGEST_BODIES * limitBytes;
  let underWay = 0;
  return {
    admit({ headers }, reply) {
      const bytes = lengthOf(headers['content-length'], limitBytes);
      // One that is too large is refused with 413 by whoever reads it, at once: its length is in its head.
      if (bytes <= SMALL_BYTES || bytes > limitBytes) return true;
      if (underWay + bytes > most) return false;
      underWay += bytes;
      // 'close' follows 'finish', and comes without it when the client has gone.
      reply.raw.once('close', () => {
        underWay -= bytes;
      });
      return true;
    },
  };
}

function lengthOf(header: string | undefined, limitBytes: number): number {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : limitBytes * UNKNOWN_SHARE;
}
