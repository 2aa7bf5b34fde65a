import { defineRule } from '../rule.ts';
import { ABORTED, diedOfException, type Ending, judgeEndings, runtimeWords } from '../support/exit-rule.ts';
import { saidBy } from '../support/log-errors.ts';

/** Exit codes that other rules speak for: not executable, not found, start error, killed, segmentation fault, ended. */
const TOLD_ELSEWHERE = [0, 126, 127, 128, 137, 139, 143];

export const applicationCrash = defineRule({
  id: 'application-crash',
  code: 'ApplicationCrash',
  summary: 'a program ends with an error of its own',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed', 'errors'],
  needs: ['pods', 'events', 'logs'],
  references: [{ title: 'Kubernetes: Debug Running Pods', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/' }],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      (crash) => !TOLD_ELSEWHERE.includes(crash.ended.exitCode) && crash.ended.reason !== 'OOMKilled' && !/OOM-killed|exec format/i.test(runtimeWords(crash)),
      (ending) => {
        if (ending.ended.exitCode === ABORTED && !diedOfException(ending)) return undefined;
        const { ended, state, log, view } = ending;
        const error = decisive(ending);
        const said = (error && saidBy(error)) || undefined;
        return {
          confidence: state === 'once' ? 'possible' : 'likely',
          title: `crashes with exit code ${ended.exitCode}${said ? `: ${said}` : ''}`,
          explanation: said
            ? `The program gave up by itself${view.init ? ', so the containers after it cannot start' : ''}. The most telling of its last errors: ${said}`
            : log.outcome === 'present'
              ? `The program ended with exit code ${ended.exitCode} and no error in its log.`
              : `The program ended with exit code ${ended.exitCode}; its log could not be read, which is where the reason is.`,
          error,
          fixes: [],
        };
      },
    ),
});

/** Of the errors the most specific one that was said in the last fifth of the run's log: what ended the program was said near its end. */
function decisive({ errors, log }: Ending) {
  const length = log.outcome === 'present' ? log.data.lines.length : 0;
  const late = errors.filter(({ last }) => last.line + last.lines >= length * 0.8 - 20);
  return late[0] ?? errors[0];
}
