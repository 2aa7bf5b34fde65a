import { codeName, exportName } from './names.ts';

/** The files of a new rule: it compiles, its test passes, and it finds nothing yet. */
export function ruleFiles(id: string): Readonly<Record<string, string>> {
  return { [`src/rules/${id}/${id}.ts`]: rule(id), [`src/rules/${id}/${id}.test.ts`]: test(id) };
}

export const RULE_STEPS = [
  'What it may be about is in src/domain/subject.ts, what may be asked in src/domain/topic.ts, what others have written already in src/rules/support/.',
  'Say in `summary` what is wrong, name in `needs` what the rule must ask, cite every reason.',
  'Give its test a world per verdict: found, ruled out, undecided.',
  'Run `npm run generate` for its page in docs/rules/ and the permissions, then `npm run check`.',
];

function rule(id: string): string {
  return `import { list } from '#domain/question.ts';
import { cite, defineRule, found, ruledOut, undecided } from '../rule.ts';
import { podsOf } from '../support/pods.ts';

export const ${exportName(id)} = defineRule({
  id: '${id}',
  code: '${codeName(id)}',
  summary: 'describe here what is wrong, without names',
  about: 'Workload',
  role: 'cause',
  symptoms: ['not-ready'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Pod Lifecycle', url: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/' }],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : ruledOut(pods, 'There are no pods.');
    const culprit = pods.data.find(({ status }) => status.reason === '${codeName(id)}');
    if (culprit === undefined) return ruledOut(pods, 'No pod says so.');

    return found('possible', [cite(pods, \`Pod \${culprit.metadata.name} says so.\`)], {
      title: \`Pod \${culprit.metadata.name} says so\`,
      explanation: '',
      remedies: [],
    });
  },
});
`;
}

function test(id: string): string {
  return `import { expect, test } from 'vitest';
import { askIn, NOW, only, pod, workload } from '#testing/world.ts';
import { ${exportName(id)} } from './${id}.ts';

const circumstances = { now: NOW, onset: NOW };

test('finds it', async () => {
  const { subject, pods } = workload('web', [pod('web-1', { status: { reason: '${codeName(id)}' } })]);
  expect(only(await ${exportName(id)}.judge(subject, askIn({ pods }), circumstances))).toMatchObject({ verdict: 'found' });
});

test('rules it out where everything is well', async () => {
  const { subject, pods } = workload('web', [pod('web-1')]);
  expect(only(await ${exportName(id)}.judge(subject, askIn({ pods }), circumstances))).toMatchObject({ verdict: 'ruled-out' });
});

test('is undecided where it may not look', async () => {
  const { subject } = workload('web');
  expect(only(await ${exportName(id)}.judge(subject, askIn({ gaps: { pods: 'forbidden' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
});
`;
}
