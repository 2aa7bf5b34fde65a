import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ReportRecord } from '#domain/views.ts';
import { statusOf } from '#report/to-report.ts';
import { reportFor } from './access/report-for.ts';
import type { Arrivals } from './arrivals.ts';
import type { EventStream, EventStreams } from './event-streams.ts';
import { followSteps } from './follow-steps.ts';
import { followedInvestigation, followedQuestion, isSettled } from './followed.ts';
import { fingerprintParamsSchema, idParamsSchema, problemSchema, questionParamsSchema } from './schemas/shared.ts';
import type { RouteDocument, WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

const STREAM = ['text/event-stream'];
const FULL = { detail: 'Too many listeners' };

export interface EventSurroundings {
  readonly streams: EventStreams;
  readonly arrivals: Arrivals;
}

/** Live progress as server-sent events. */
export function eventRoutes(app: WebApp, deps: WebDependencies, { streams, arrivals }: EventSurroundings): void {
  const { reading } = deps;
  const onFailure = (thrown: unknown): void => deps.log.warn({ err: thrown }, 'progress cannot be read');

  app.get(
    '/api/v1/investigations/:id/events',
    {
      exposeHeadRoute: false,
      config: { document: OF_INVESTIGATION },
      schema: { params: idParamsSchema, response: { 204: z.undefined(), 404: problemSchema, 503: problemSchema } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const afterSeq = seqOf(lastEventId(request));
      const investigation = await reading.investigation(id);
      if (!investigation) return reply.code(404).send({ detail: 'Investigation not found' });
      // A client that has seen the end must hear 204, or it would connect again for ever.
      if (afterSeq > 0 && isSettled(investigation) && (await reading.progress(id, afterSeq)).length === 0) return reply.code(204).send(undefined);
      const stream = streams.open(reply);
      if (!stream) return reply.code(503).header('Retry-After', '5').send(FULL);
      followSteps({ followed: followedInvestigation(reading, id), stream, afterSeq, eventId: ({ seq }) => String(seq), onFailure });
      return reply;
    },
  );

  app.get(
    '/api/v1/investigations/:id/questions/:question/events',
    {
      exposeHeadRoute: false,
      config: { document: OF_QUESTION },
      schema: { params: questionParamsSchema, response: { 204: z.undefined(), 404: problemSchema, 503: problemSchema } },
    },
    async (request, reply) => {
      const { id, question: questionId } = request.params;
      const afterSeq = seqOf(lastEventId(request));
      const question = await reading.question(questionId);
      if (question?.investigationId !== id) return reply.code(404).send({ detail: 'Question not found' });
      if (afterSeq > 0 && question.state !== 'asked' && (await reading.questionSteps(questionId, afterSeq)).length === 0)
        return reply.code(204).send(undefined);
      const stream = streams.open(reply);
      if (!stream) return reply.code(503).header('Retry-After', '5').send(FULL);
      followSteps({ followed: followedQuestion(reading, questionId), stream, afterSeq, eventId: ({ seq }) => String(seq), onFailure });
      return reply;
    },
  );

  app.get(
    '/api/v1/reports/:fingerprint/events',
    {
      exposeHeadRoute: false,
      config: { document: OF_REPORT },
      schema: { params: fingerprintParamsSchema, querystring: z.object({ cluster: z.string().min(1).max(63).optional() }), response: { 503: problemSchema } },
    },
    async (request, reply) => {
      const { fingerprint } = request.params;
      const stream = streams.open(reply);
      if (!stream) return reply.code(503).header('Retry-After', '5').send(FULL);
      const find = (): Promise<ReportRecord | undefined> => reportFor(reading, request.viewer, fingerprint, request.query);
      const seen = lastEventId(request);
      waitFor({ stream, arrivals, fingerprint, find, onFailure, found: (record) => followReport(record, stream, seen) });
      return reply;
    },
  );

  /** Event ids name the investigation too, since a report may get another one while somebody watches. */
  function followReport(record: ReportRecord, stream: EventStream, seen: string): void {
    const id = record.investigation?.id;
    stream.send({ event: 'appeared', data: { fingerprint: record.episode.fingerprint, status: statusOf(record), investigation_id: id ?? null } });
    if (id === undefined) {
      stream.end();
      return;
    }
    const [seenId, seq = ''] = seen.split(':');
    const afterSeq = seenId === id ? seqOf(seq) : 0;
    followSteps({ followed: followedInvestigation(reading, id), stream, afterSeq, eventId: (step) => `${id}:${step.seq}`, onFailure });
  }
}

interface Wait {
  readonly stream: EventStream;
  readonly arrivals: Arrivals;
  readonly fingerprint: string;
  readonly find: () => Promise<ReportRecord | undefined>;
  readonly found: (record: ReportRecord) => void;
  readonly onFailure: (thrown: unknown) => void;
}

/** Looks now, when this process records the fingerprint, and at every heartbeat (another replica may have), until it is there. */
function waitFor({ stream, arrivals, fingerprint, find, found, onFailure }: Wait): void {
  let waiting = true;
  const look = (): void => {
    if (!waiting) return;
    find().then(
      (record) => {
        if (!record || !waiting || stream.closed) return;
        waiting = false;
        found(record);
      },
      (thrown: unknown) => {
        onFailure(thrown);
        stream.end();
      },
    );
  };
  stream.onClose(arrivals.onArrival(fingerprint, look));
  stream.onHeartbeat(look);
  look();
}

function lastEventId(request: FastifyRequest): string {
  const id = request.headers['last-event-id'];
  return typeof id === 'string' ? id.slice(0, 100) : '';
}

function seqOf(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

const OF_INVESTIGATION: RouteDocument = {
  summary: 'Live progress of an investigation',
  description:
    'Server-sent events `progress` with `seq`, `at`, `what` and `kind`; the id is `seq`, Last-Event-ID resumes. Ends at the kind `end`; 204 after that.',
  tag: 'incidents',
  answers: { 200: STREAM },
};
const OF_QUESTION: RouteDocument = {
  summary: 'Live progress of the answer to a question',
  description:
    'Server-sent events `progress` as of an investigation: what the model looks at, a line each. Ends at the kind `end`, when there is an answer or none will come.',
  tag: 'incidents',
  answers: { 200: STREAM },
};
const OF_REPORT: RouteDocument = {
  summary: 'Live progress of a report, which need not exist yet',
  description: 'Server-sent events: `appeared` once the alert is there, then `progress` of its investigation.',
  tag: 'reports',
  answers: { 200: STREAM },
};
