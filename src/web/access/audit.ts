import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { WebApp } from '../web-app.ts';
import type { AccessMetrics, AuditedAction } from './access-metrics.ts';
import { whoIs } from './viewer.ts';

/** Writes down what somebody did: one line `audit` with who, action, object and address. */
export type Audit = (request: FastifyRequest, action: AuditedAction, object: string, who?: string) => void;

const MAX_OBJECT_LENGTH = 400;

export function createAudit(log: Logger, metrics: AccessMetrics): Audit {
  return (request, action, object, who = whoIs(request.viewer)) => {
    metrics.audited(action);
    log.info({ who, action, object: object.slice(0, MAX_OBJECT_LENGTH), address: request.ip }, 'audit');
  };
}

/** Routes whose success is written down. Streams of progress belong to a page that is. */
const AUDITED: Readonly<Record<string, AuditedAction>> = {
  'GET /report/:fingerprint': 'report-view',
  'GET /reports/:fingerprint': 'report-view',
  'GET /api/v1/reports/:fingerprint': 'report-view',
  'GET /api/v1/incidents/:id': 'report-view',
  'GET /investigations/:id/transcript': 'transcript-view',
  'GET /api/v1/investigations/:id/transcript': 'transcript-view',
  'GET /investigations/:id/questions/:question/transcript': 'transcript-view',
  'GET /api/v1/investigations/:id/questions/:question/transcript': 'transcript-view',
  'POST /api/v1/incidents/:id/investigate': 'investigate',
  'POST /api/v1/incidents/:id/split': 'split',
  'POST /api/v1/incidents/:id/join': 'join',
  'POST /api/v1/investigations/:id/feedback': 'feedback',
  'GET /api/v1/investigations/:id/questions': 'report-view',
  'POST /api/v1/investigations/:id/questions': 'ask',
};

/** Writes down what people looked at and asked for, once it was answered. */
export function auditAnswers(app: WebApp, audit: Audit): void {
  app.addHook('onResponse', async (request, reply) => {
    const pattern = request.routeOptions.url ?? '';
    const action = AUDITED[`${request.method} ${pattern}`];
    if (action !== undefined && reply.statusCode < 400) audit(request, action, objectOf(request, pattern));
  });
}

function objectOf({ params, query }: FastifyRequest, pattern: string): string {
  const { fingerprint, id, question } = params as Readonly<Record<string, string>>;
  if (question !== undefined) return `question ${question} about investigation ${id ?? ''}`;
  if (fingerprint === undefined) return `${pattern.startsWith('/api/v1/incidents') ? 'incident' : 'investigation'} ${id ?? ''}`;
  const { cluster } = query as Readonly<Record<string, unknown>>;
  return `report ${fingerprint}${typeof cluster === 'string' ? ` of cluster ${cluster}` : ''}`;
}
