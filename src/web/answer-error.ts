import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { messageOf, OncallmError } from '#domain/error.ts';
import { asksForHtml } from './negotiate.ts';
import type { Pages, ReportLink } from './pages.ts';

/** What a client is told: short and without secrets, because Alertmanager copies error bodies whole into its log. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  /** What a page that does not exist is called, where more is known than that. */
  readonly title?: string | undefined;
  /** The report that it would belong to, for a page. */
  readonly report?: ReportLink | undefined;
}

/** Text for what Fastify found wrong with a request before a handler saw it. */
const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  408: 'Request timed out',
  414: 'URL too long',
  415: 'Unsupported media type',
  431: 'Headers too large',
};

/** The problem that something thrown stands for. 5xx for everything that is not the client's fault: Alertmanager retries only these. */
export function problemOf(thrown: unknown, limitBytes: number): Problem {
  if (thrown instanceof OncallmError) return problemOfStore(thrown);
  const { code, statusCode, validation } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_HANDLER_TIMEOUT') return { status: 503, detail: 'Request timed out' };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { status: 413, detail: `Request body too large: the limit is ${limitBytes} bytes` };
  if (validation) return { status: 400, detail: messageOf(thrown).slice(0, 300) };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return { status: statusCode, detail: STATUS_TEXT[statusCode] ?? 'Bad request' };
  return { status: 500, detail: 'Internal server error' };
}

function problemOfStore({ code, message }: OncallmError): Problem {
  if (code === 'bad-cursor') return { status: 400, detail: message };
  if (code === 'store-full') return { status: 503, detail: 'Storage is full' };
  if (code === 'store-unavailable') return { status: 503, detail: 'Storage is unavailable' };
  return { status: 503, detail: 'Service temporarily unavailable' };
}

/** Sends a problem: as a page to who asks for HTML on a route that has pages, else as `{"detail": ...}`. */
export function answerProblem(request: FastifyRequest, reply: FastifyReply, { status, detail, title, report }: Problem, pages?: Pages): FastifyReply {
  reply.code(status);
  if (status === 413) reply.header('connection', 'close');
  if (pages && asksForHtml(request.headers.accept)) {
    return reply
      .type('text/html; charset=utf-8')
      .send(status === 404 ? pages.notFound(title === undefined ? undefined : { title, detail, report }) : pages.problem(status, detail));
  }
  return reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send({ detail });
}

/** One line for what went wrong; the client's own mistakes are its business, unless they cost alerts. */
export function logProblem(log: Logger, request: FastifyRequest, thrown: unknown, problem: Problem): void {
  const where = { method: request.method, path: request.url.replace(/([?&]sig=)[^&]*/g, '$1…').slice(0, 300), client: request.ip, status: problem.status };
  if (thrown instanceof OncallmError) log.error({ ...where, code: thrown.code, problem: thrown.message, fix: thrown.fix }, 'request failed');
  else if (problem.status >= 500) log.error({ ...where, err: thrown }, 'request failed');
  else if (problem.status === 413)
    log.warn({ ...where, detail: problem.detail, fix: 'Raise BODY_LIMIT, or group alerts into smaller groups.' }, 'request body too large');
}
