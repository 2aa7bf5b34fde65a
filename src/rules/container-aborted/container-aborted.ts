import { defineRule } from '../rule.ts';
import { ABORTED, diedOfException, judgeEndings } from '../support/exit-rule.ts';

export const containerAborted = defineRule({
  id: 'container-aborted',
  code: 'Aborted',
  summary: 'a program aborts itself after an internal check failed',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed', 'errors'],
  needs: ['pods', 'events', 'logs'],
  references: [{ title: 'Linux: signal(7)', url: 'https://man7.org/linux/man-pages/man7/signal.7.html' }],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      ({ ended, state }) => ended.exitCode === ABORTED && state !== 'once',
      (ending) =>
        diedOfException(ending)
          ? undefined
          : {
              confidence: 'likely',
              title: 'aborts itself (exit code 134, SIGABRT)',
              explanation:
                'The program or its runtime gave up after a check of its own failed: an assertion, a corrupted heap, memory that could not be had. Its last words name the check.',
              error: ending.errors[0],
              fixes: [],
            },
    ),
});
