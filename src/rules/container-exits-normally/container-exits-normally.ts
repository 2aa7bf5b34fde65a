import { defineRule } from '../rule.ts';
import { judgeEndings } from '../support/exit-rule.ts';
import { editWorkload, fix } from '../support/workload-edits.ts';

export const containerExitsNormally = defineRule({
  id: 'container-exits-normally',
  code: 'ContainerExitsNormally',
  summary: 'a program ends by itself without an error where one that keeps running is expected',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'logs'],
  references: [{ title: 'Kubernetes: Container restart policy', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy' }],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      ({ ended, state, view }) => ended.exitCode === 0 && state !== 'once' && !view.init && (view.pod.spec.restartPolicy ?? 'Always') === 'Always',
      ({ view, byProbe, log }) => {
        // Asked to end by a probe, many programs end with 0.
        if (byProbe || (view.status?.restartCount ?? 0) < 2) return undefined;
        const command = [...view.spec.command, ...view.spec.args].join(' ').slice(0, 120);
        const silent = log.outcome === 'present' && log.data.lines.length === 0;
        return {
          confidence: 'likely',
          title: `ends by itself with exit code 0 and is restarted each time${command ? `; its command is "${command}"` : ''}`,
          explanation: `The program finishes without an error${silent ? ' and without a word' : ''}, but a ${workload.ref.kind} expects one that keeps running, so Kubernetes starts it again, ever more slowly. Usual reasons: a one-shot task run as a service (it belongs in a Job), a server started in the background, a shell without a terminal, or a missing argument that makes it print its help.`,
          fixes: [fix('Let the command keep running in the foreground, or make it a Job.', editWorkload(workload.ref))],
        };
      },
    ),
});
