import { alertNameOf, type LabelSet } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import type { Ask } from '#domain/evidence.ts';
import type { Finding } from '#domain/finding.ts';
import { type ObjectRef, refKey, refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { evidenceSource, type ReportEvidence, type ReportSubject } from '#domain/report.ts';
import { queryFor } from '#report/kubectl.ts';
import type { Door } from './open-door.ts';
import { readChanges } from './read-changes.ts';
import { type DeliveryChanges, readDeliveries } from './read-deliveries.ts';

interface Entry {
  readonly at: string;
  readonly what: string;
  readonly subject: ReportSubject | null;
}

/** How long before the onset a change is still worth a line. */
const BEFORE_MS = 2 * 3_600_000;
const MOST_EVENTS = 14;
const MESSAGE_LENGTH = 200;

/** What happened, and the evidence of it that no finding cites. */
export interface Timeline {
  /** In no order. */
  readonly entries: readonly Entry[];
  readonly evidence: readonly Omit<ReportEvidence, 'id'>[];
}

/** What happened around the onset: alerts, changes, what was delivered, and the warnings about what the findings touch. */
export async function readTimeline(
  episodes: readonly Episode[],
  namespaces: readonly string[],
  findings: readonly Finding[],
  onset: string,
  { ask, known }: Pick<Door, 'ask' | 'known'>,
): Promise<Timeline> {
  const touched = new Set(findings.flatMap(({ subject, affects }) => [subject, ...affects]).map(refKey));
  const began = Date.parse(onset);
  const span = { from: began - BEFORE_MS, to: lastFired(episodes, began) };
  const [changes, deliveries, ...perNamespace] = await Promise.all([
    readChanges(namespaces, span, ask, known),
    readDeliveries(namespaces, span, ask),
    ...namespaces.map((namespace) => warnings(namespace, touched, ask)),
  ]);
  const changed = [...changes, ...deliveries.flatMap((one) => one.changes)].map(({ at, what, subject }) => ({ at, what, subject: subjectOf(subject) }));
  const cited = new Set(findings.flatMap(({ citations }) => citations.flatMap(({ about }) => (about ? [refKey(about)] : []))));
  return {
    entries: [...alerts(episodes), ...changed, ...perNamespace.flat()],
    evidence: deliveries.filter(({ subject }) => !cited.has(refKey(subject))).map(evidenceOf),
  };
}

function evidenceOf({ subject, seenIn, changes }: DeliveryChanges): Timeline['evidence'][number] {
  return {
    source: evidenceSource(seenIn.question),
    title: refText(subject),
    subject: subjectOf(subject),
    query: queryFor(seenIn.question, subject),
    observed_at: seenIn.observedAt,
    excerpt: changes.map(({ at, what }) => `${at} ${what}`).join('\n'),
    data: {},
  };
}

/** The onset is known as "at the latest" only: what changed until the alerts fired may still be it. */
function lastFired(episodes: readonly Episode[], onset: number): number {
  return episodes.reduce((latest, { startsAt }) => Math.max(latest, Date.parse(startsAt) || 0), onset);
}

function subjectOf({ kind, namespace, name }: ObjectRef): ReportSubject {
  return { kind, namespace: namespace ?? null, name };
}

function alerts(episodes: readonly Episode[]): readonly Entry[] {
  return episodes
    .slice(0, 12)
    .flatMap(({ labels, startsAt, endsAt }) => [
      { at: startsAt, what: `Alert ${alertNameOf(labels)} fired${about(labels)}`, subject: null },
      ...(endsAt ? [{ at: endsAt, what: `Alert ${alertNameOf(labels)} resolved${about(labels)}`, subject: null }] : []),
    ]);
}

/** What tells alerts of one name apart. */
function about(labels: LabelSet): string {
  const name = labels['pod'] ?? labels['deployment'] ?? labels['statefulset'] ?? labels['node'] ?? labels['service'] ?? labels['instance'];
  return name ? ` for ${name}` : '';
}

function shortened(text: string): string {
  return text.length <= MESSAGE_LENGTH ? text : `${text.slice(0, MESSAGE_LENGTH)} ...`;
}

async function warnings(namespace: string, touched: ReadonlySet<string>, ask: Ask): Promise<readonly Entry[]> {
  const events = await ask(list('events', namespace));
  if (events.outcome !== 'present') return [];
  const telling = events.data.filter(({ type, involvedObject }) => type === 'Warning' && touched.has(refKey(involvedObject as ObjectRef)));
  return telling
    .toSorted((left, right) => (right.lastTimestamp ?? '').localeCompare(left.lastTimestamp ?? ''))
    .slice(0, MOST_EVENTS)
    .flatMap(({ firstTimestamp, lastTimestamp, reason, message, count, involvedObject }) => {
      const at = firstTimestamp ?? lastTimestamp;
      if (!at) return [];
      const often = count > 1 ? ` (${count} times)` : '';
      const ref: ObjectRef = { kind: involvedObject.kind, namespace: involvedObject.namespace ?? namespace, name: involvedObject.name };
      return [
        {
          at,
          what: `${refText(ref)}: ${reason ?? ''} ${shortened(message)}${often}`,
          subject: subjectOf(ref),
        },
      ];
    });
}
