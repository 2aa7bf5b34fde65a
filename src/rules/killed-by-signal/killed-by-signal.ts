import { defineRule } from '../rule.ts';
import { judgeEndings } from '../support/exit-rule.ts';
import { isRecent } from '../support/instants.ts';

export const killedBySignal = defineRule({
  id: 'killed-by-signal',
  code: 'KilledBySignal',
  summary: 'a container is ended from outside by a signal, not by the kernel for its memory and not by a probe',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['restarting', 'not-ready', 'unavailable', 'job-failed'],
  needs: ['pods', 'events', 'logs'],
  references: [{ title: 'Kubernetes: Termination of Pods', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination' }],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      ({ ended, state }) => (ended.exitCode === 137 || ended.exitCode === 143) && ended.reason !== 'OOMKilled' && state !== 'once',
      ({ ended, byProbe, errors, view }) => {
        // A probe's kill is the probe rules' matter; one that is not seen because events are forgotten is not: back-off shows that it is lasting.
        if (byProbe || (view.spec.livenessProbe && !isRecent(ended.finishedAt, circumstances.now, 3600))) return undefined;
        const kill = ended.exitCode === 137;
        return {
          confidence: 'possible',
          title: kill ? 'is killed by SIGKILL (exit code 137) without the kernel naming memory' : 'is ended by SIGTERM (exit code 143) again and again',
          explanation: kill
            ? 'Nothing recorded who killed it. A child process may have met the memory limit (the kernel then does not mark the container), the node may have been short of memory, or it did not end in time when asked to.'
            : 'Somebody asked it to end: a failed liveness probe, an operator, or a process inside the pod.',
          error: errors[0],
          fixes: [],
        };
      },
    ),
});
