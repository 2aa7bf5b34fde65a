import { alertNameOf } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import type { Ask } from '#domain/evidence.ts';
import type { Finding } from '#domain/finding.ts';
import { type ObjectRef, refKey, refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { ReportSubject } from '#domain/report.ts';

interface Entry {
  readonly at: string;
  readonly what: string;
  readonly subject: ReportSubject | null;
}

const DAY_MS = 86_400_000;
const MOST_EVENTS = 14;

/** What happened around the onset: alerts, rollouts, and the warnings about what the findings touch; in no order. */
export async function readTimeline(
  episodes: readonly Episode[],
  namespaces: readonly string[],
  findings: readonly Finding[],
  ask: Ask,
): Promise<readonly Entry[]> {
  const touched = new Set(findings.flatMap(({ subject, affects }) => [subject, ...affects]).map(refKey));
  const earliest = Math.min(...episodes.map(({ startsAt }) => Date.parse(startsAt)));
  const perNamespace = await Promise.all(
    namespaces.map(async (namespace) => [...(await rollouts(namespace, earliest, ask)), ...(await warnings(namespace, touched, ask))]),
  );
  return [...alerts(episodes), ...perNamespace.flat()];
}

function alerts(episodes: readonly Episode[]): readonly Entry[] {
  return episodes
    .slice(0, 12)
    .flatMap(({ labels, startsAt, endsAt }) => [
      { at: startsAt, what: `Alert ${alertNameOf(labels)} fired`, subject: null },
      ...(endsAt ? [{ at: endsAt, what: `Alert ${alertNameOf(labels)} resolved`, subject: null }] : []),
    ]);
}

/** Revisions of Deployments that were made in the day before the trouble. */
async function rollouts(namespace: string, earliest: number, ask: Ask): Promise<readonly Entry[]> {
  const sets = await ask(list('replicasets', namespace));
  if (sets.outcome !== 'present') return [];
  return sets.data.flatMap(({ metadata }) => {
    const made = Date.parse(metadata.creationTimestamp ?? '');
    const owner = metadata.ownerReferences.find(({ kind }) => kind === 'Deployment');
    if (!owner || !metadata.creationTimestamp || !(earliest - made < DAY_MS)) return [];
    const revision = metadata.annotations['deployment.kubernetes.io/revision'];
    return [
      {
        at: metadata.creationTimestamp,
        what: `Rollout of ${owner.name}${revision ? `, revision ${revision}` : ''}`,
        subject: { kind: 'Deployment', namespace, name: owner.name },
      },
    ];
  });
}

async function warnings(namespace: string, touched: ReadonlySet<string>, ask: Ask): Promise<readonly Entry[]> {
  const events = await ask(list('events', namespace));
  if (events.outcome !== 'present') return [];
  const about = events.data.filter(({ type, involvedObject }) => type === 'Warning' && touched.has(refKey(involvedObject as ObjectRef)));
  return about
    .toSorted((left, right) => (right.lastTimestamp ?? '').localeCompare(left.lastTimestamp ?? ''))
    .slice(0, MOST_EVENTS)
    .flatMap(({ firstTimestamp, lastTimestamp, reason, message, count, involvedObject }) => {
      const at = firstTimestamp ?? lastTimestamp;
      if (!at) return [];
      const often = count > 1 ? ` (${count} times, last ${lastTimestamp ?? ''})` : '';
      const ref: ObjectRef = { kind: involvedObject.kind, namespace: involvedObject.namespace ?? namespace, name: involvedObject.name };
      return [
        {
          at,
          what: `${refText(ref)}: ${reason ?? ''} ${message.slice(0, 200)}${often}`,
          subject: { kind: ref.kind, namespace: ref.namespace ?? null, name: ref.name },
        },
      ];
    });
}
