import { z } from 'zod';
import { whoIs } from './access/viewer.ts';
import { answerProblem } from './answer-error.ts';
import { goBack, isForm } from './forms.ts';
import { reportPathOf } from './report-path.ts';
import { createRequestLimits } from './request-limits.ts';
import { isSameOrigin } from './same-origin.ts';
import { questionListSchema, questionSchema, questionTakenSchema } from './schemas/question.ts';
import { idParamsSchema, problemSchema } from './schemas/shared.ts';
import { readerQuestionView } from './views.ts';
import type { WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

const BODY_LIMIT_BYTES = 16 * 1024;
/** Questions a minute: each costs money and minutes of a model. */
const PER_ADDRESS = 6;
const IN_ALL = 30;
const NO_INVESTIGATION = { detail: 'Investigation not found' };

/** What readers ask about a report, where a model is configured that answers. */
export function questionRoutes(app: WebApp, deps: WebDependencies): void {
  const { reading, options, clock, pages } = deps;
  const limits = createRequestLimits({ perIp: PER_ADDRESS, global: IN_ALL, clock });

  app.get(
    '/api/v1/investigations/:id/questions',
    {
      config: { document: { summary: 'Questions about a report, and their answers', tag: 'incidents' } },
      schema: { params: idParamsSchema, response: { 200: questionListSchema, 404: problemSchema } },
    },
    async (request, reply) => {
      const investigation = await reading.investigation(request.params.id);
      if (!investigation) return reply.code(404).send(NO_INVESTIGATION);
      const given = (await deps.questions?.list(investigation.id)) ?? [];
      return { questions: given.map(readerQuestionView) };
    },
  );

  app.register(async (scope: WebApp) => {
    // Other sites must not act in the name of whoever has a page open; and who asks too often is told so before the body is read.
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method !== 'POST') return undefined;
      if (!isSameOrigin(request, options.baseUrl)) return answerProblem(request, reply, { status: 403, detail: 'Sent by another site' }, pages);
      const standing = await limits.count(request.ip);
      if (!standing?.exceeded) return undefined;
      const detail = `Too many questions; ask again in ${standing.retryAfter} s`;
      return answerProblem(request, reply.header('Retry-After', standing.retryAfter), { status: 429, detail }, pages);
    });
    scope.post(
      '/api/v1/investigations/:id/questions',
      {
        bodyLimit: BODY_LIMIT_BYTES,
        config: {
          document: {
            summary: 'Ask a question about a report',
            description: 'The model answers it from the evidence and by looking further. A form is sent back to the report. Needs a model.',
            tag: 'incidents',
          },
        },
        schema: {
          params: idParamsSchema,
          body: questionSchema,
          response: {
            202: questionTakenSchema,
            303: z.undefined(),
            400: problemSchema,
            403: problemSchema,
            404: problemSchema,
            409: problemSchema,
            413: problemSchema,
            429: problemSchema,
          },
        },
      },
      async (request, reply) => {
        const refuse = (status: number, detail: string) => answerProblem(request, reply, { status, detail }, pages);
        if (!deps.questions) return refuse(409, 'No model is configured to answer questions: set LLM_MODEL');
        const investigation = await reading.investigation(request.params.id);
        const taken =
          investigation && (await deps.questions.ask({ investigationId: investigation.id, question: request.body.question, asker: whoIs(request.viewer) }));
        if (!investigation || taken === undefined || taken === 'unknown') return refuse(404, NO_INVESTIGATION.detail);
        if (taken === 'unanswered') return refuse(409, 'There is no answer yet to ask about');
        if (taken === 'busy') reply.header('Retry-After', 60);
        if (taken === 'busy') return refuse(429, 'Other questions are being answered; ask again in a minute');
        if (!isForm(request)) return reply.code(202).send({ id: taken.id, status: 'asked' });
        const detail = await reading.incident(investigation.incidentId);
        return goBack(reply, detail ? `${reportPathOf(detail, options.baseUrl)}#questions` : '/');
      },
    );
  });
}
