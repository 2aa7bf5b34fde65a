import type { RecordedEvidence } from '../evidence-record.ts';
import { type Measure, measuresInEvidence } from './numbers.ts';

/** What a claim is held against: the evidence that it cites. */
export interface Ground {
  readonly text: string;
  /** The part of it that not just anybody can have written. */
  readonly firmText: string;
  /** The same, line by line. */
  readonly firmLines: readonly string[];
  readonly measures: readonly Measure[];
}

/** Title of a metric whose samples are seconds, as Prometheus wants them named: https://prometheus.io/docs/practices/naming/ */
const SECONDS = /^Metric .*_seconds(?!_(?:count|total))/;

export function groundOf(cited: readonly RecordedEvidence[]): Ground {
  const textOf = ({ title, text, subject }: RecordedEvidence) =>
    [title, subject ? `${subject.kind} ${subject.namespace ?? ''} ${subject.name}` : '', text].join('\n');
  const all = cited.map(textOf).join('\n');
  const firm = cited
    .filter(({ hearsay }) => !hearsay)
    .map(textOf)
    .join('\n');
  return {
    text: plain(all),
    firmText: plain(firm),
    firmLines: firm.split('\n').map(plain),
    measures: cited.flatMap((entry) => measuresInEvidence(textOf(entry), SECONDS.test(entry.title) ? 's' : '')),
  };
}

/** A text as it is compared: one spelling of letters, quotes and blanks. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[“”«»]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * What Kubernetes adds to a name: the hash of a ReplicaSet, the five letters of a pod, the ordinal of a StatefulSet's, the minute of a CronJob's.
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label and what its controllers write.
 */
const GENERATED = /^-(?:(?:\d{1,10}-)?(?:[a-z0-9]{6,10}-)?[bcdfghjklmnpqrstvwxz2456789]{5}|[bcdfghjklmnpqrstvwxz2456789]{8,10}|\d{1,10})(?![\w-])/;

/** True when the word stands in the text by itself, not as a part of another: `orders` is not in `orders-db`, but `orders-db` is in `orders-db-0`. Both in lower case. */
export function standsAlone(wanted: string, text: string): boolean {
  if (wanted === '') return false;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const behind = text.slice(at + wanted.length, at + wanted.length + 32);
    const before = text.slice(Math.max(0, at - 2), at);
    if (!/(?:[\p{L}\p{N}]|[\p{L}\p{N}][-_])$/u.test(before) && (!/^(?:[\p{L}\p{N}]|[-_][\p{L}\p{N}])/u.test(behind) || GENERATED.test(behind))) return true;
  }
  return false;
}
