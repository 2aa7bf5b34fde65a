import { defineRule } from '../rule.ts';
import { judgeEndings, runtimeWords } from '../support/exit-rule.ts';
import { editWorkload, fix } from '../support/workload-edits.ts';

/** What other rules read: a command that is missing or may not be run, a limit too small to start in. */
const TOLD_ELSEWHERE = /not found|no such file|permission denied|exec format|OOM-killed|memory limit/i;

export const containerStartError = defineRule({
  id: 'container-start-error',
  code: 'ContainerStartError',
  summary: 'the container runtime could not start the process of a container',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed'],
  needs: ['pods', 'events', 'logs'],
  references: [
    {
      title: 'Kubernetes: Determine the Reason for Pod Failure',
      url: 'https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/',
    },
  ],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      (crash) => (crash.ended.reason === 'StartError' || crash.ended.reason === 'ContainerCannotRun') && !TOLD_ELSEWHERE.test(runtimeWords(crash)),
      ({ ended, view }) => ({
        confidence: 'likely',
        title: `could not be started by the runtime: ${(ended.message ?? 'no reason given').slice(0, 160)}`,
        explanation: `The program never ran. The runtime said: ${(ended.message ?? 'nothing').slice(0, 500)}`,
        fixes: [fix(`Correct what the runtime names in container ${view.spec.name}.`, editWorkload(workload.ref))],
      }),
    ),
});
