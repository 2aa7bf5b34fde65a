import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerProblem } from './answer-error.ts';
import { findTranscript, type WantedTranscript } from './find-transcript.ts';
import type { TranscriptData } from './pages.ts';
import { idParamsSchema, problemSchema, questionParamsSchema } from './schemas/shared.ts';
import { transcriptSchema } from './schemas/transcript.ts';
import { transcriptView } from './transcript-view.ts';
import type { RouteDocument, WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

/** What a model was asked and did: for an investigation, and for a question about its report. For viewers; a signed link opens the report only. */
export function transcriptRoutes(app: WebApp, deps: WebDependencies): void {
  const { reading, pages } = deps;

  async function sendPage(wanted: WantedTranscript, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const found = await findTranscript(reading, wanted);
    reply.header('Vary', 'Accept').header('Cache-Control', 'no-cache');
    if ('title' in found) {
      const { title, detail, of } = found;
      const report = of && (await reading.incident(of.incidentId));
      const link = report && { fingerprint: report.lead.fingerprint, cluster: report.incident.cluster };
      return answerProblem(request, reply, { status: 404, title, detail, report: link }, pages);
    }
    const incident = await reading.incident(found.investigation.incidentId);
    const { evidence = [] } = found.investigation.analysis ?? {};
    const data: TranscriptData = {
      ...found,
      report: incident && {
        fingerprint: incident.lead.fingerprint,
        cluster: incident.incident.cluster,
        title: incident.incident.title,
        // A later investigation has numbered its evidence anew.
        evidence: incident.investigation?.id === wanted.id ? evidence.map(({ id }) => id) : [],
      },
      now: deps.clock().toISOString(),
      baseUrl: deps.options.baseUrl,
    };
    return reply.type('text/html; charset=utf-8').send(pages.transcript(data));
  }

  async function viewOf(wanted: WantedTranscript, reply: FastifyReply) {
    const found = await findTranscript(reading, wanted);
    return 'title' in found ? reply.code(404).send({ detail: found.detail }) : transcriptView(found);
  }

  const response = { 200: transcriptSchema, 404: problemSchema };
  app.get(
    '/investigations/:id/transcript',
    { config: { page: true, document: pageOf(OF_INVESTIGATION) }, schema: { params: idParamsSchema } },
    (request, reply) => sendPage(request.params, request, reply),
  );
  app.get('/api/v1/investigations/:id/transcript', { config: { document: OF_INVESTIGATION }, schema: { params: idParamsSchema, response } }, (request, reply) =>
    viewOf(request.params, reply),
  );
  app.get(
    '/investigations/:id/questions/:question/transcript',
    { config: { page: true, document: pageOf(OF_QUESTION) }, schema: { params: questionParamsSchema } },
    (request, reply) => sendPage(request.params, request, reply),
  );
  app.get(
    '/api/v1/investigations/:id/questions/:question/transcript',
    { config: { document: OF_QUESTION }, schema: { params: questionParamsSchema, response } },
    (request, reply) => viewOf(request.params, reply),
  );
}

const OF_INVESTIGATION: RouteDocument = {
  summary: 'What a model was asked and did in an investigation',
  description: 'In order: what it was told, what it wrote and called, what the tools answered, how it ended. The detail of a 404 says why there is none.',
  tag: 'incidents',
};
const OF_QUESTION: RouteDocument = { ...OF_INVESTIGATION, summary: 'What a model was asked and did for a question about a report' };

function pageOf(document: RouteDocument): RouteDocument {
  return { ...document, summary: `${document.summary}, as a page`, answers: { 200: ['text/html'], 404: ['text/html', 'application/json'] } };
}
