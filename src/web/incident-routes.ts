import { z } from 'zod';
import type { Access } from './access/create-access.ts';
import { answerProblem } from './answer-error.ts';
import { goBack, isForm } from './forms.ts';
import { reportPathOf } from './report-path.ts';
import { isSameOrigin } from './same-origin.ts';
import {
  feedbackAnswerSchema,
  feedbackSchema,
  incidentListSchema,
  incidentSchema,
  investigateAnswerSchema,
  joinAnswerSchema,
  splitAnswerSchema,
  splitSchema,
} from './schemas/incident.ts';
import { idParamsSchema, incidentFilterSchema, problemSchema } from './schemas/shared.ts';
import { incidentLine, incidentView } from './views.ts';
import type { WebApp } from './web-app.ts';
import type { WebDependencies } from './web-dependencies.ts';

const NO_INCIDENT = { detail: 'Incident not found' };
const NO_INVESTIGATION = { detail: 'Investigation not found' };
/** Why no alert was taken out. */
const NOT_SPLIT = {
  'no-incident': { status: 404, detail: NO_INCIDENT.detail },
  'no-alert': { status: 409, detail: 'This incident has no such alert; it may have been taken out already' },
  'nothing-left': { status: 409, detail: 'At least one alert must stay in the incident' },
  over: { status: 409, detail: 'None of these alerts fires any more, or the incident is closed' },
} as const;
/** Why no alert was put back. */
const NOT_JOINED = {
  'no-incident': { status: 404, detail: NO_INCIDENT.detail },
  'not-split': { status: 409, detail: 'This incident was not taken out of another one' },
  joined: { status: 409, detail: 'These alerts were put back already' },
  over: { status: 409, detail: 'This incident is closed: none of its alerts fires any more' },
  gone: { status: 409, detail: 'The incident that these alerts came from is closed or deleted' },
} as const;
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
    splitRoute(scope, deps);
    joinRoute(scope, deps);
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

function splitRoute(app: WebApp, { reading, options, pages }: WebDependencies): void {
  app.post(
    '/api/v1/incidents/:id/split',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: {
        document: {
          summary: 'Take alerts out of an incident',
          description:
            'They become an incident of their own, which is investigated; what is left is investigated again. The two stay apart while both are open. A form is sent to the report of the new one.',
          tag: 'incidents',
        },
      },
      schema: {
        params: idParamsSchema,
        body: splitSchema,
        response: { 202: splitAnswerSchema, 303: z.undefined(), 400: problemSchema, 403: problemSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const fingerprints = new Set([request.body.fingerprints].flat());
      if (fingerprints.size === 0) return answerProblem(request, reply, { status: 400, detail: 'Choose the alerts to take out' }, pages);
      const result = await reading.split(request.params.id, fingerprints);
      if (typeof result === 'string') return answerProblem(request, reply, NOT_SPLIT[result], pages);
      if (!isForm(request)) return reply.code(202).send({ incident_id: result.incidentId, investigation_id: result.investigationId, status: 'queued' });
      const detail = await reading.incident(result.incidentId);
      return goBack(reply, detail ? reportPathOf(detail, options.baseUrl) : '/');
    },
  );
}

function joinRoute(app: WebApp, { reading, options, pages }: WebDependencies): void {
  app.post(
    '/api/v1/incidents/:id/join',
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: {
        document: {
          summary: 'Put alerts back that were taken out',
          description:
            'The alerts of an incident with a `split_from` go back there, while both are open; the whole is investigated again, and the address of this one leads to it. A form is sent to the report of the whole.',
          tag: 'incidents',
        },
      },
      schema: {
        params: idParamsSchema,
        response: { 202: joinAnswerSchema, 303: z.undefined(), 403: problemSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const result = await reading.join(request.params.id);
      if (typeof result === 'string') return answerProblem(request, reply, NOT_JOINED[result], pages);
      if (!isForm(request)) return reply.code(202).send({ incident_id: result.incidentId, investigation_id: result.investigationId, status: 'queued' });
      const detail = await reading.incident(result.incidentId);
      return goBack(reply, detail ? reportPathOf(detail, options.baseUrl) : '/');
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
