import type { ObjectRef } from '#domain/object-ref.ts';
import type { Question } from '#domain/question.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { commandLine } from '#lib/shell-word.ts';

/** The command a person would run to see the same: kubectl for the cluster, PromQL for metrics. `-A` belongs behind `get`: kubectl takes it nowhere else. */
export function queryFor(question: Question, about: ObjectRef | undefined): string {
  if (question.about === 'series') return promql(question);
  if (question.about === 'alerts') return 'ALERTS{alertstate="firing"}';
  // No command shows these, or several do: their evidence says where they are.
  if (question.about === 'calls' || question.about === 'runbooks' || question.about === 'past') return '';
  if (question.about === 'log')
    return commandLine(
      'kubectl',
      '-n',
      question.namespace,
      'logs',
      question.pod,
      '-c',
      question.container,
      ...(question.previous ? ['--previous'] : []),
      '--tail=200',
    );
  if (question.topic === 'events') {
    const field = about ? [`--field-selector=involvedObject.kind=${about.kind},involvedObject.name=${about.name}`] : [];
    const namespace = question.namespace ?? about?.namespace;
    return commandLine('kubectl', ...(namespace ? ['-n', namespace] : []), 'get', 'events', ...(namespace ? [] : ['-A']), '--sort-by=.lastTimestamp', ...field);
  }
  const { group, addOn } = TOPIC_FACTS[question.topic];
  // Kinds of different add-ons have the same names.
  const topic = addOn ? `${question.topic}.${group}` : question.topic;
  if (about)
    return commandLine(
      'kubectl',
      ...(about.namespace ? ['-n', about.namespace] : []),
      'get',
      addOn ? topic : about.kind.toLowerCase(),
      about.name,
      '-o',
      'yaml',
    );
  return question.namespace ? commandLine('kubectl', '-n', question.namespace, 'get', topic) : commandLine('kubectl', 'get', topic, '-A');
}

function promql({ metric, matchers }: Extract<Question, { about: 'series' }>): string {
  const inside = matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`).join(',');
  return inside ? `${metric}{${inside}}` : metric;
}
