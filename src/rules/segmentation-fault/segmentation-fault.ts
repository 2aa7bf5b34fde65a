import { defineRule } from '../rule.ts';
import { judgeEndings } from '../support/exit-rule.ts';

export const segmentationFault = defineRule({
  id: 'segmentation-fault',
  code: 'SegmentationFault',
  summary: 'a program dies of an invalid memory access',
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
      ({ ended, state }) => ended.exitCode === 139 && state !== 'once',
      ({ errors }) => ({
        confidence: 'likely',
        title: 'dies of a segmentation fault (exit code 139, SIGSEGV)',
        explanation:
          'The program, or a native library in it, touched memory that is not its own. That is a fault in the code or in the fit of image and node (C library, processor features), not in Kubernetes; if it began with a new image, that image is the suspect.',
        error: errors[0],
        fixes: [],
      }),
    ),
});
