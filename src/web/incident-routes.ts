import { z } from 'zod';
import type { Access } from './access/create-access.ts';
import { answerProblem } from './answer-error.ts';
import { goBack, isForm } from './forms.ts';
import { reportPathOf } from './report-path.ts';
import { isSameOrigin } from './same-origin.ts';
import { feedbackAnswerSchema, feedbackSchema, incidentListSchema, incidentSchema, investigateAnswerSchema } from './schemas/incident.ts';
import { idParamsSchema, incidentFilterSchema, problemSchema } from './schemas/shared.ts';
import { incidentLine, incidentView } from './views.ts';
import type { WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

const NO_INCIDENT = { detail: 'Incident not found' };
const NO_INVESTIGATION = { detail: 'Investigation not found' };
const BODY_LIMIT_BYTES = 64 * 1024;

/** `/api/v1/incidents`, and what a person does to one: ask again, say whether the answer was right. */
export function incidentRoutes(app: WebApp, deps: WebDependencies, access: Pick<Access, 'linkFor'>): void {
  const { reading, options } = deps;

  app.get(
    '/api/v1/incidents',
    {
      config: { document: { summary: 'Incidents, open ones first', tag: 'incidents' } },
      schema: { querystring: incidentFilterSchema, response: { 200: incidentListSchema, 400: problemSchema } },
    },
    async (request) => {
      const page = await reading.incidents(request.query);
      return { incidents: page.items.map((summary) => incidentLine(summary, access.linkFor(request))), next: page.next };
    },
  );
  app.get(
    '/api/v1/incidents/:id',
    {
      config: { document: { summary: 'One incident with its alerts and its answer', tag: 'incidents' } },
      schema: { params: idParamsSchema, response: { 200: incidentSchema, 404: problemSchema } },
    },
    async (request, reply) => {
      const detail = await reading.incident(request.params.id);
      return detail ? incidentView(detail, access.linkFor(request)) : reply.code(404).send(NO_INCIDENT);
    },
  );
  // Other sites must not act in the name of whoever has a page open.
  app.register(async (scope: WebApp) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (request.method === 'POST' && !isSameOrigin(request, options.baseUrl))
        return answerProblem(request, reply, { status: 403, detail: 'Sent by another site' }, deps.pages);
      return undefined;
    });
    investigateRoute(scope, deps);
    feedbackRoute(scope, deps);
  });
}

function investigateRoute(app: WebApp, { reading, options }: WebDependencies): void {
  app.post(
    '/api/v1/incidents/:id/investigate',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: {
        document: {
          summary: 'Investigate again',
          description: 'Answers with the investigation that is queued or running, if one is. A form is sent back to the report.',
          tag: 'incidents',
        },
      },
      schema: { params: idParamsSchema, response: { 202: investigateAnswerSchema, 303: z.undefined(), 403: problemSchema, 404: problemSchema } },
    },
    async (request, reply) => {
      const detail = await reading.incident(request.params.id);
      const id = detail && (await reading.requeue(request.params.id));
      if (!detail || id === undefined) return reply.code(404).send(NO_INCIDENT);
      return isForm(request) ? goBack(reply, reportPathOf(detail, options.baseUrl)) : reply.code(202).send({ investigation_id: id, status: 'queued' });
    },
  );
}

function feedbackRoute(app: WebApp, { reading, clock, options }: WebDependencies): void {
  app.post(
    '/api/v1/investigations/:id/feedback',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: { document: { summary: 'Say whether the answer was right', tag: 'incidents' } },
      schema: {
        params: idParamsSchema,
        body: feedbackSchema,
        response: { 201: feedbackAnswerSchema, 303: z.undefined(), 400: problemSchema, 403: problemSchema, 404: problemSchema },
      },
    },
    async (request, reply) => {
      const investigation = await reading.investigation(request.params.id);
      if (!investigation) return reply.code(404).send(NO_INVESTIGATION);
      await reading.addFeedback({ investigationId: investigation.id, at: clock().toISOString(), ...request.body });
      if (!isForm(request)) return reply.code(201).send({ status: 'recorded' });
      const detail = await reading.incident(investigation.incidentId);
      return goBack(reply, detail ? reportPathOf(detail, options.baseUrl) : '/');
    },
  );
}
