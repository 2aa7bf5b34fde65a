import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RecentAlerts } from '#ingest/recent-alerts.ts';
import type { ReportLink } from './access/report-links.ts';
import { answerProblem, type Problem } from './answer-error.ts';
import type { Arrivals } from './arrivals.ts';
import type { Drain } from './drain.ts';
import type { RequestLimits } from './request-limits.ts';
import type { WebDependencies } from './web-dependencies.ts';
import type { WebhookFailure, WebMetrics } from './web-metrics.ts';

/** What the steps of a webhook request share. */
export interface WebhookContext {
  readonly deps: WebDependencies;
  readonly metrics: WebMetrics;
  readonly arrivals: Arrivals;
  readonly drain: Drain;
  readonly limits: RequestLimits;
  readonly recent: RecentAlerts;
  readonly reportLink: ReportLink;
}

/** Answers with a problem and counts why. */
export function failWebhook({ metrics }: WebhookContext, request: FastifyRequest, reply: FastifyReply, problem: Problem, reason: WebhookFailure): FastifyReply {
  metrics.failed(reason);
  return answerProblem(request, reply, problem);
}
