import { defineRule } from '../rule.ts';
import { judgeEndings, runtimeWords } from '../support/exit-rule.ts';
import { editWorkload, fix } from '../support/workload-edits.ts';

const REFUSED = /exec: .{0,300}: permission denied|starting container process caused.{0,200}permission denied/i;

export const commandNotExecutable = defineRule({
  id: 'command-not-executable',
  code: 'CommandNotExecutable',
  summary: 'the file that a container is to run may not be executed: no execute bit, a mount that forbids it, or a user who may not',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed'],
  needs: ['pods', 'events', 'logs'],
  references: [
    {
      title: 'Kubernetes: Configure a Security Context for a Pod or Container',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    },
  ],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      (crash) => crash.ended.exitCode === 126 || REFUSED.test(runtimeWords(crash)),
      (ending) => {
        const said = ending.errors.find(({ first }) => /permission denied|cannot execute|not executable/i.test(first.message));
        const { spec } = ending.view;
        const command = [...spec.command, ...spec.args].join(' ').slice(0, 120);
        const user = spec.securityContext?.runAsUser ?? ending.view.pod.spec.securityContext?.runAsUser;
        return {
          confidence: said || REFUSED.test(runtimeWords(ending)) ? 'certain' : 'likely',
          title: `cannot start: its command ${command ? `"${command}" ` : ''}may not be executed${user === undefined ? '' : ` by user ${user}`}`,
          explanation:
            'The file is there but has no execute permission for the user of the container, or it lies on a volume that forbids it (a ConfigMap mounted without an executable mode, a noexec mount).',
          error: said,
          fixes: [
            fix(
              'Give the file its execute bit in the image, set defaultMode 0755 on the volume that it comes from, or correct the command.',
              editWorkload(workload.ref),
            ),
          ],
        };
      },
    ),
});
