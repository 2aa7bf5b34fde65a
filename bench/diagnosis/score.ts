import type { Analysis, ReportCause, ReportSubject } from '#domain/report.ts';
import { saysTheSame } from './vocabulary.ts';

/** What is right: from `expected.json` beside the recordings. `object` is `app/<name>`, `node/<name>`, `namespace/<name>` or `<Kind>/<name>`; `healthy` has neither. */
export interface Expected {
  readonly root_cause: string;
  readonly object: string;
  readonly family: string;
  readonly namespace: string;
}

/** How the answer for one incident compares. */
export interface Score {
  readonly id: string;
  readonly expected: Expected;
  readonly first: boolean;
  readonly topThree: boolean;
  /** Of the first answer. */
  readonly causeRight: boolean;
  readonly objectRight: boolean;
  readonly answers: readonly Pick<ReportCause, 'code' | 'subject' | 'confidence' | 'title'>[];
  /** Of every cause on the report: its confidence word, and whether it was right. */
  readonly words: readonly { readonly word: string; readonly right: boolean }[];
  readonly inconclusive: boolean;
  readonly healthy: boolean;
  readonly milliseconds: number;
  readonly questions: number;
}

const HEALTHY = ['healthy', 'none', 'nothing_wrong'];

export function score(id: string, expected: Expected, analysis: Analysis, measured: { readonly milliseconds: number; readonly questions: number }): Score {
  const causes = analysis.root_causes;
  const nothing = HEALTHY.includes(expected.root_cause);
  const right = (cause: ReportCause): boolean => !nothing && saysTheSame(cause.code, expected.root_cause) && isObject(cause, expected.object);
  const [first] = causes;
  const none = nothing && causes.length === 0;
  return {
    id,
    expected,
    first: none || (first !== undefined && right(first)),
    topThree: none || causes.slice(0, 3).some(right),
    causeRight: none || (first !== undefined && saysTheSame(first.code, expected.root_cause)),
    objectRight: none || (first !== undefined && isObject(first, expected.object)),
    answers: causes.map(({ code, subject, confidence, title }) => ({ code, subject, confidence, title })),
    words: causes.slice(0, 1).map((cause) => ({ word: cause.confidence, right: right(cause) })),
    inconclusive: analysis.inconclusive,
    healthy: analysis.healthy,
    ...measured,
  };
}

/** `app/x` stands for the Deployment, Service, StatefulSet or pod of that name, and for a claim or configuration object that serves it. */
function isObject({ subject, affects }: ReportCause, object: string): boolean {
  const [kind = '', name = ''] = object.split('/');
  if (kind.toLowerCase() !== 'app') return subject.kind.toLowerCase() === kind.toLowerCase() && subject.name === name;
  if (subject.name === name) return true;
  const serves = ['PersistentVolumeClaim', 'PersistentVolume', 'ConfigMap', 'Secret', 'ServiceAccount', 'NetworkPolicy', 'Ingress'].includes(subject.kind);
  return serves && affects.some((one: ReportSubject) => one.name === name);
}
