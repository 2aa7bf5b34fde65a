import { defineRule } from '../rule.ts';
import { judgeEndings, runtimeWords } from '../support/exit-rule.ts';
import { editWorkload, fix } from '../support/workload-edits.ts';

const WRONG_FORMAT = /exec format error/i;

export const wrongArchitecture = defineRule({
  id: 'wrong-architecture',
  code: 'WrongArchitecture',
  summary: 'the program in an image is built for another processor than the node has, or is a script without an interpreter line',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed'],
  needs: ['pods', 'events', 'logs'],
  references: [{ title: 'Linux: execve, ENOEXEC', url: 'https://man7.org/linux/man-pages/man2/execve.2.html' }],

  judge: (workload, ask, circumstances) =>
    judgeEndings(
      workload,
      ask,
      circumstances,
      ({ ended }) => ended.exitCode !== 0 && ended.reason !== 'OOMKilled',
      (ending) => {
        const inLog = ending.log.outcome === 'present' && ending.log.data.lines.slice(-50).some(({ text }) => WRONG_FORMAT.test(text.slice(0, 500)));
        const { view } = ending;
        if (!inLog && !WRONG_FORMAT.test(runtimeWords(ending))) return undefined;
        return {
          confidence: 'likely',
          title: `cannot start: the kernel of node ${view.pod.spec.nodeName ?? 'it runs on'} does not know how to run ${view.spec.image ?? 'its image'} (exec format error)`,
          explanation:
            'The binary is built for another processor architecture than the node has (an arm64 image on an amd64 node, or the reverse), or it is a script whose first line names no interpreter.',
          error: ending.errors.find(({ first }) => WRONG_FORMAT.test(first.text)),
          fixes: [
            fix(
              "Use an image for the node's architecture, or keep the pods on nodes of the image's by the node label kubernetes.io/arch.",
              editWorkload(workload.ref),
            ),
          ],
        };
      },
    ),
});
