import type { Pages } from '#web/pages.ts';
import type { Target } from './target.ts';
import { createInvestigationTarget } from './targets/investigation.ts';
import { createLockedDoorsTarget } from './targets/locked-doors.ts';
import { createLogTarget } from './targets/log-bytes.ts';
import { createMetricsAnswerTarget } from './targets/metrics-answer.ts';
import { createModelAnswersTarget } from './targets/model-answers.ts';
import { createOpenMetricsTarget } from './targets/open-metrics.ts';
import { createRoutesTarget } from './targets/routes.ts';
import { createWebhookTarget } from './targets/webhook.ts';

/** How to make each way in; made when its turn comes, since some open files and ports. */
export const TARGETS: Readonly<Record<string, (pages: Pages) => Target | Promise<Target>>> = {
  webhook: createWebhookTarget,
  routes: createRoutesTarget,
  'locked-doors': createLockedDoorsTarget,
  investigation: createInvestigationTarget,
  'log-bytes': createLogTarget,
  'metrics-answer': createMetricsAnswerTarget,
  'model-answers': createModelAnswersTarget,
  'open-metrics': createOpenMetricsTarget,
};
