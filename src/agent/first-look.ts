import type { Ask } from '#domain/evidence.ts';
import { list } from '#domain/question.ts';
import type { Analysis } from '#domain/report.ts';
import type { AlertFacts } from './digest.ts';
import type { LlmToolCall } from './model.ts';
import { isTroubled } from './tools/brief.ts';

const NAMESPACES = 2;

/**
 * What anybody would look at first where the rules are not certain: what is not as it should be in the namespaces concerned, and one pod of it whole. Asked before
 * the model is, so that it need not spend steps on it. Calls of tools like the model's own: what they find is evidence.
 */
export async function firstLook({ root_causes, consequences }: Analysis, alerts: readonly AlertFacts[], ask: Ask): Promise<readonly LlmToolCall[]> {
  if (root_causes[0]?.confidence === 'certain') return [];
  const subjects = [...root_causes, ...consequences].flatMap(({ subject }) => (subject.namespace ? [subject.namespace] : []));
  const namespaces = [...new Set([...alerts.flatMap(({ labels }) => labels['namespace'] ?? []), ...subjects])].slice(0, NAMESPACES);
  const troubled = await Promise.all(namespaces.map((namespace) => troubledPod(namespace, ask)));
  const calls = [
    ...namespaces.flatMap((namespace) => [
      { name: 'list_objects', input: { kind: 'pods', namespace, only_troubled: true } },
      { name: 'events', input: { namespace, only_warnings: true } },
      { name: 'list_objects', input: { kind: 'resourcequotas', namespace } },
    ]),
    { name: 'list_objects', input: { kind: 'nodes', only_troubled: true } },
    { name: 'list_objects', input: { kind: 'pods', namespace: 'kube-system', only_troubled: true } },
    ...namespaces.map((namespace) => ({ name: 'service_map', input: { namespace } })),
    ...troubled.flatMap((name, index) => (name === undefined ? [] : [{ name: 'describe_object', input: { kind: 'Pod', namespace: namespaces[index], name } }])),
  ];
  return calls.map(({ name, input }, index) => ({ id: `look-${index + 1}`, name, input: JSON.stringify(input) }));
}

/** The pod to look at whole: of those in trouble the newest, since it is of the newest revision. */
async function troubledPod(namespace: string, ask: Ask): Promise<string | undefined> {
  const pods = await ask(list('pods', namespace));
  const all = pods.outcome === 'present' ? pods.data.filter(isTroubled) : [];
  return all.toSorted((left, right) => (right.metadata.creationTimestamp ?? '').localeCompare(left.metadata.creationTimestamp ?? ''))[0]?.metadata.name;
}
