import { defineRule } from '../rule.ts';
import { judgeEndings, runtimeWords } from '../support/exit-rule.ts';
import { editWorkload, fix } from '../support/workload-edits.ts';

/** runc and crun about a command that is not in the image; 127 is what a shell returns for one. */
const NOT_FOUND =
  /executable file not found|exec: .{0,300}: no such file or directory|stat .{0,300}: no such file or directory|executable file .{0,200} not found/i;
const SHELL_SAYS = /(?:command )?not found|no such file/i;

export const commandNotFound = defineRule({
  id: 'command-not-found',
  code: 'CommandNotFound',
  summary: 'the command that a container is to run is not in its image',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed'],
  needs: ['pods', 'events', 'logs'],
  references: [
    {
      title: 'Kubernetes: Define a Command and Arguments for a Container',
      url: 'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
    },
    { title: 'POSIX: exit status for commands', url: 'https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_08_02' },
  ],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      (crash) => crash.ended.exitCode === 127 || NOT_FOUND.test(runtimeWords(crash)),
      (ending) => {
        const { view, errors } = ending;
        const byRuntime = NOT_FOUND.test(runtimeWords(ending));
        const said = errors.find(({ first }) => SHELL_SAYS.test(first.message));
        const command = [...view.spec.command, ...view.spec.args].join(' ').slice(0, 120);
        return {
          confidence: byRuntime || said ? 'certain' : 'likely',
          title: `cannot start: its command ${command ? `"${command}" ` : ''}is not in image ${view.spec.image ?? 'of the container'}`,
          explanation: `${byRuntime ? 'The runtime did not find the executable' : 'A shell answered 127, command not found'}${said ? `: ${said.first.message.slice(0, 200)}` : ''}. The command or path in the pod template is wrong, the image is another one than meant, or a volume mounted over the path hides it.`,
          error: said,
          fixes: [fix(`Correct the command or the image of container ${view.spec.name}.`, editWorkload(workload.ref))],
        };
      },
    ),
});
