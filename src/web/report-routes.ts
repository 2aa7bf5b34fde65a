import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Report } from '#domain/report.ts';
import type { ReportRecord } from '#domain/views.ts';
import { reportMarkdown } from '#report/markdown.ts';
import { toReport } from '#report/to-report.ts';
import type { Reading } from '#store/store.ts';
import type { Access } from './access/create-access.ts';
import { reportFor } from './access/report-for.ts';
import { mayAct } from './access/roles.ts';
import type { Viewer } from './access/viewer.ts';
import { negotiate } from './negotiate.ts';
import { reportListSchema, reportSchema } from './schemas/report.ts';
import { fingerprintParamsSchema, problemSchema, reportFilterSchema } from './schemas/shared.ts';
import { reportLine } from './views.ts';
import type { RouteDocument, WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

const whichSchema = z.object({
  cluster: z.string().min(1).max(63).optional().describe('Name of the cluster, when several send the same alert.'),
  episode: z.string().min(1).max(100).optional().describe('An episode out of `history`; without it, the latest.'),
});
type Which = z.output<typeof whichSchema>;

const NOT_FOUND = { detail: 'Report not found' };
const HTML = 'text/html';
const JSON_TYPE = 'application/json';
const MARKDOWN = 'text/markdown';
const SUFFIXES: readonly (readonly [string, typeof JSON_TYPE | typeof MARKDOWN])[] = [
  ['.json', JSON_TYPE],
  ['.md', MARKDOWN],
];

/** `/report/{fingerprint}` for people, `/reports` and `/reports/{fingerprint}` for programs; the same under `/api/v1`. */
export function reportRoutes(app: WebApp, deps: WebDependencies, access: Pick<Access, 'linkFor'>): void {
  const { reading, options } = deps;
  const reportOf = (record: ReportRecord, request: FastifyRequest): Report => ({
    ...toReport(record, options.baseUrl),
    report_url: access.linkFor(request)(record.episode.fingerprint, record.episode.cluster),
  });

  for (const url of ['/reports', '/api/v1/reports']) {
    const config = { document: { summary: 'Reports, newest first', tag: 'reports' } as RouteDocument };
    app.get(url, { config, schema: { querystring: reportFilterSchema, response: { 200: reportListSchema, 400: problemSchema } } }, async (request) => {
      const { alert_status: alertStatus, alert_name: alertName, ...rest } = request.query;
      const page = await reading.reports({ ...rest, alertStatus, alertName });
      return { reports: page.items.map((summary) => reportLine(summary, access.linkFor(request))), next: page.next };
    });
  }
  for (const url of ['/reports/:fingerprint', '/api/v1/reports/:fingerprint']) {
    const config = { document: { summary: 'One report', tag: 'reports' } as RouteDocument };
    const schema = { params: fingerprintParamsSchema, querystring: whichSchema, response: { 200: reportSchema, 404: problemSchema } };
    app.get(url, { config, schema }, async (request, reply) => {
      const record = await reportFor(reading, request.viewer, request.params.fingerprint, request.query);
      return record ? reportOf(record, request) : reply.code(404).send(NOT_FOUND);
    });
  }
  app.get(
    '/report/:fingerprint',
    { config: { page: true, document: DOCUMENT }, schema: { params: fingerprintParamsSchema, querystring: whichSchema } },
    async (request, reply) => {
      const link = request.viewer?.kind === 'link' ? request.viewer : undefined;
      const wanted = await find(reading, request.viewer, request.params.fingerprint, request.query);
      const type = wanted.type ?? negotiate(request.headers.accept, [HTML, JSON_TYPE, MARKDOWN]) ?? HTML;
      reply.header('Vary', 'Accept').header('Cache-Control', 'no-cache').type(`${type}; charset=utf-8`);
      if (!wanted.record) return reply.code(404).send(type === HTML ? deps.pages.waiting(wanted.fingerprint, link) : JSON.stringify(NOT_FOUND));
      const report = reportOf(wanted.record, request);
      if (type === HTML) return reply.send(await reportPage(deps, report, request.viewer));
      return reply.send(type === MARKDOWN ? reportMarkdown(report) : JSON.stringify(report));
    },
  );
}

interface Wanted {
  readonly fingerprint: string;
  readonly record: ReportRecord | undefined;
  /** Named by the suffix; undefined: by the Accept header. */
  readonly type: typeof JSON_TYPE | typeof MARKDOWN | undefined;
}

/** A fingerprint may itself end with what looks like a suffix: then the whole is looked up too. */
async function find(reading: Pick<Reading, 'report'>, viewer: Viewer | null, name: string, which: Which): Promise<Wanted> {
  const suffix = SUFFIXES.find(([ending]) => name.endsWith(ending) && name.length > ending.length);
  if (!suffix) return { fingerprint: name, record: await reportFor(reading, viewer, name, which), type: undefined };
  const fingerprint = name.slice(0, -suffix[0].length);
  const record = await reportFor(reading, viewer, fingerprint, which);
  const whole = record ? undefined : await reportFor(reading, viewer, name, which);
  return whole ? { fingerprint: name, record: whole, type: undefined } : { fingerprint, record, type: suffix[1] };
}

async function reportPage({ reading, questions: desk, pages, clock, options }: WebDependencies, report: Report, viewer: Viewer | null): Promise<string> {
  const link = viewer?.kind === 'link' ? viewer : undefined;
  const id = report.investigation?.id;
  const [progress, feedback] = id === undefined ? [[], []] : await Promise.all([reading.progress(id, 0), reading.feedback(id)]);
  const hasTranscript = link === undefined && id !== undefined && (await reading.hasTranscript(id));
  const questions = desk && link === undefined && id !== undefined ? await desk.list(id) : undefined;
  const awaited = (questions ?? []).filter(({ state }) => state === 'asked');
  const questionSteps = new Map(await Promise.all(awaited.map(async (one) => [one.id, await reading.questionSteps(one.id, 0)] as const)));
  return pages.report(report, {
    progress,
    feedback,
    questions,
    questionSteps,
    hasTranscript,
    now: clock().toISOString(),
    baseUrl: options.baseUrl,
    link,
    mayAct: mayAct(viewer),
  });
}

const DOCUMENT: RouteDocument = {
  summary: 'One report, as a page or as data',
  description:
    'What Accept asks for, HTML if it does not say; or `.json` or `.md` after the fingerprint. An unknown fingerprint has a page too: it waits, and turns into the report.',
  tag: 'reports',
  answers: { 200: [HTML, JSON_TYPE, MARKDOWN], 404: [HTML, JSON_TYPE] },
};
