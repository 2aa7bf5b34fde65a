import type { Citation } from '#domain/finding.ts';
import { type ObjectRef, refKey, refText } from '#domain/object-ref.ts';
import { type FiringAlert, type Question, questionKey } from '#domain/question.ts';
import { evidenceSource, type ReportEvidence, type ReportSubject } from '#domain/report.ts';
import { redact } from '#lib/redact.ts';
import { queryFor } from './kubectl.ts';

/** An excerpt is shown, not archived: what a person reads on a phone. */
const EXCERPT_LIMIT = 4000;

/** Numbers citations `E1`, `E2` ... in the order in which they are first used; the same fact about the same object is one entry. */
export interface EvidenceBook {
  /** The id under which the citation's fact stands in the book. */
  enter(citation: Citation): string;
  entries(): readonly ReportEvidence[];
}

export function openEvidenceBook(): EvidenceBook {
  const entries = new Map<string, ReportEvidence>();
  return {
    enter(citation) {
      const { fact, about = fact.subject, excerpt = '' } = citation;
      const key = `${questionKey(fact.question)}|${about ? refKey(about) : ''}|${excerpt}`;
      const known = entries.get(key);
      if (known) return known.id;
      const alerts = fact.question.about === 'alerts' && fact.outcome === 'present' ? (fact.data as readonly FiringAlert[]) : undefined;
      const entry: ReportEvidence = {
        id: `E${entries.size + 1}`,
        source: evidenceSource(fact.question),
        title: alerts ? alertsTitle(alerts) : titleOf(fact.question, about),
        subject: about ? subjectOf(about) : null,
        query: alerts?.[0]?.expression ?? queryFor(fact.question, about),
        observed_at: fact.observedAt,
        excerpt: cut(redact(excerpt || countOf(fact))),
        data: {},
      };
      entries.set(key, entry);
      return entry.id;
    },
    entries: () => [...entries.values()],
  };
}

export function subjectOf({ kind, namespace, name }: ObjectRef): ReportSubject {
  return { kind, namespace: namespace ?? null, name };
}

/** A rule cites the alerts that it goes by; it narrows the fact to them. */
function alertsTitle(alerts: readonly FiringAlert[]): string {
  const names = [...new Set(alerts.map(({ name }) => name))];
  return `Alert ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
}

function titleOf(question: Question, about: ObjectRef | undefined): string {
  if (question.about === 'log')
    return `Log of container ${question.container} in Pod ${question.namespace}/${question.pod}${question.previous ? ', run before the last restart' : ''}`;
  if (question.about === 'series') return `Metric ${question.metric}${about ? ` of ${refText(about)}` : ''}`;
  if (question.about === 'calls') return 'Calls that were seen';
  if (question.about === 'alerts') return 'Alerts of the incident';
  if (question.about === 'runbooks') return 'Runbooks';
  if (question.about === 'past') return 'Incidents before';
  if (question.topic === 'events') return about ? `Events of ${refText(about)}` : `Events in ${question.namespace ?? 'all namespaces'}`;
  return about ? refText(about) : `${question.topic} in ${question.namespace ?? 'the cluster'}`;
}

/** What a list holds, where nothing of it was quoted: that it is empty is the point as often as not. */
function countOf(fact: Citation['fact']): string {
  if (fact.question.about !== 'list') return '';
  if (fact.outcome === 'absent') return 'none';
  if (!Array.isArray(fact.data)) return '';
  const names = fact.data.slice(0, 12).flatMap((item: { readonly metadata?: { readonly name?: string } }) => item.metadata?.name ?? []);
  const more = fact.data.length - names.length;
  return fact.data.length === 0 ? 'none' : `${fact.data.length}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function cut(text: string): string {
  return text.length <= EXCERPT_LIMIT ? text : `${text.slice(0, EXCERPT_LIMIT)}\n... ${text.length - EXCERPT_LIMIT} more characters`;
}
