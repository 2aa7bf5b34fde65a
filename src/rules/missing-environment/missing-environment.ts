import type { Container } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { environmentOf } from '../support/addresses.ts';
import { saidClues } from '../support/called-logs.ts';
import { containerText, crashesOf, crashSince, endText } from '../support/crashes.ts';
import { earlierContainer } from '../support/earlier-template.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editWorkload, fix, hasTemplate, look, rollBack } from '../support/workload-edits.ts';

export const missingEnvironment = defineRule({
  id: 'missing-environment',
  code: 'MissingEnvironment',
  summary: 'a program does not start without an environment variable that its container does not have',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable', 'job-failed'],
  needs: ['pods', 'logs', 'configmaps', 'replicasets'],
  references: [
    {
      title: 'Kubernetes: Define Environment Variables for a Container',
      url: 'https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/',
    },
  ],

  async judge(workload, ask, circumstances) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const crashes = crashesOf(pods.data, circumstances).filter(({ ended, state }) => ended.exitCode !== 0 && state !== 'once');
    if (crashes.length === 0) return notApplicable;
    const said = (
      await saidClues(
        crashes.map(({ view }) => view.pod),
        ask,
      )
    ).find(({ clue, container }) => clue.kind === 'missing-env' && crashes.some(({ view }) => view.spec.name === container));
    const crash = crashes.find(({ view }) => view.spec.name === said?.container);
    if (!said || !crash) return notApplicable;

    const { ref } = workload;
    const { clue, error, fact, pod } = said;
    const maps = await ask(list('configmaps', ref.namespace));
    const { spec } = crash.view;
    const variable = clue.variable === undefined || hasVariable(spec, clue.variable) ? clue.variable : asVariable(clue.variable);
    const given = environmentOf(spec, maps.outcome === 'present' ? maps.data : []).find(({ name }) => name === variable);
    const fromSecret = spec.env.some(({ name }) => name === variable) || spec.envFrom.some(({ secretRef }) => secretRef);
    const replicaSets = await ask(list('replicasets', ref.namespace));
    const before =
      replicaSets.outcome === 'present' ? earlierContainer(workload, replicaSets.data, spec.name)?.env.find(({ name }) => name === variable) : undefined;
    const missing = variable !== undefined && !given && !fromSecret;
    const name = variable ?? 'a variable';
    return found(
      missing && clue.variable === variable ? 'certain' : 'likely',
      [
        cite(fact, `${spec.name} says that ${name} is not set.`, { about: podRef(pod), excerpt: errorText(error) }),
        cite(
          pods,
          given
            ? `It has ${name}, but with the value "${given.value.slice(0, 40)}".`
            : missing
              ? `Its container has no variable ${name}.`
              : `Whether it has ${name} cannot be seen.`,
          {
            about: podRef(pod),
            excerpt: fields({ ...endText(crash), env: spec.env.map((one) => one.name), envFrom: spec.envFrom }),
          },
        ),
        ...(before && replicaSets.outcome === 'present' ? [cite(replicaSets, `In the revision before, it had ${name}.`, { about: ref })] : []),
      ],
      {
        title: `${capital(containerText(crash.view))} of ${ref.name} does not start because environment variable ${name} is ${given ? 'empty or unusable' : 'missing'}`,
        explanation: `The program looks for ${name} when it starts and gives up without it: ${clue.quote.slice(0, 200)}${before ? ` The revision before had it.` : ''}`,
        remedies: [
          look(
            'See which variables it has.',
            hasTemplate(ref) ? kubectl(ref, 'set', 'env', objectArg(ref), '--list') : kubectl(ref, 'get', objectArg(ref), '-o', 'yaml'),
          ),
          ...rollBack(ref),
          fix(
            `Set ${name} for container ${spec.name}.`,
            before?.value !== undefined && hasTemplate(ref)
              ? kubectl(ref, 'set', 'env', objectArg(ref), '-c', spec.name, `${name}=${before.value}`)
              : editWorkload(ref),
          ),
        ],
        since: crashSince(crash),
        affects: [podRef(pod)],
      },
    );
  },
});

/** Settings are told by their property name, `app.kafka.url` or `database_url`; the variable that sets them is APP_KAFKA_URL, DATABASE_URL. */
function asVariable(property: string): string {
  return property
    .replaceAll('-', '')
    .replaceAll(/[^A-Za-z0-9_]/g, '_')
    .toUpperCase();
}

function hasVariable({ env }: Container, name: string): boolean {
  return env.some((one) => one.name === name);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
