import type { LabelSet } from './alert.ts';
import type { Past, Runbook } from './knowledge.ts';
import type { ObjectRef } from './object-ref.ts';
import type { ObservedCall } from './observed-call.ts';
import type { ReportSubject } from './report.ts';
import type { KubernetesTopic, KubernetesTopics } from './topic.ts';

/**
 * What we ask the outside world. Questions about a cluster are whole lists of a namespace: one read serves every rule and every
 * investigation that runs at that time, and the object a rule is about is picked from the list (pickOne, pickSome).
 */
export interface ListQuestion<T extends KubernetesTopic = KubernetesTopic> {
  readonly about: 'list';
  readonly topic: T;
  /** Absent: cluster-scoped, or all namespaces. */
  readonly namespace?: string | undefined;
}

/** The log of one container: the last `tailLines` (2,000 unless said), of the run before if `previous`. */
export interface LogQuestion {
  readonly about: 'log';
  readonly topic: 'logs';
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/**
 * Samples of one metric in a stretch of time. Deliberately less than PromQL, so that a recording can answer it too: a selector, a range and
 * a step; rates, sums and comparisons are made from the samples (lib/series.ts).
 */
export interface SeriesQuestion {
  readonly about: 'series';
  readonly topic: 'metrics';
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly op: '=' | '!=' | '=~' | '!~'; readonly value: string }[];
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
}

/** Who was seen calling whom in the whole cluster at a time (RFC 3339), where a mesh or traces measure it: one question for all investigations of that time. */
export interface CallsQuestion {
  readonly about: 'calls';
  readonly topic: 'metrics';
  readonly at: string;
}

/** The alerts of the incident under investigation: what its rules saw, where nothing else measures it. */
export interface AlertsQuestion {
  readonly about: 'alerts';
  readonly topic: 'alerts';
}

/** The runbooks that were written for these alerts, or that have all of `words` (where some are given). The best first, few. */
export interface RunbooksQuestion {
  readonly about: 'runbooks';
  readonly topic: 'runbooks';
  readonly alerts: readonly { readonly name: string; readonly labels: LabelSet }[];
  readonly words: string;
}

/** Incidents of a cluster with the same cause, with one of these alerts, or whose alerts or cause have all of `words`; only those with an answer, the newest first. */
export interface PastQuestion {
  readonly about: 'past';
  readonly topic: 'past';
  readonly cluster: string;
  readonly fingerprints: readonly string[];
  readonly words: string;
  /** What was found this time, where something was. */
  readonly cause: PastCause | null;
  /** From when on they are counted, UTC RFC 3339. */
  readonly since: string;
  /** The incident at hand, which is not past. */
  readonly except: string;
}

/** A cause as it is recognised again: the same code at the same object. */
export interface PastCause {
  readonly code: string;
  readonly subject: ReportSubject;
}

export type Question = ListQuestion | LogQuestion | SeriesQuestion | CallsQuestion | AlertsQuestion | RunbooksQuestion | PastQuestion;
/** What a rule must name in `needs` before it may ask. */
export type Topic = KubernetesTopic | 'logs' | 'metrics' | 'alerts' | 'runbooks' | 'past';

/** One alert as its rule tells it. Labels and annotations are the sender's words, never to be trusted. */
export interface FiringAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** When the rule fired, RFC 3339. */
  readonly startsAt: string;
  /** The rule's PromQL, where the alert links to it. */
  readonly expression: string | undefined;
}

export interface LogLines {
  readonly lines: readonly { readonly at: string | null; readonly text: string }[];
  /** True when there was more than was read. */
  readonly truncated: boolean;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Ascending in time; `at` in milliseconds since the epoch. Never NaN. */
  readonly samples: readonly { readonly at: number; readonly value: number }[];
}

/** The type of the answer to a question. */
export type Answer<Q extends Question> =
  Q extends ListQuestion<infer T>
    ? readonly KubernetesTopics[T][]
    : Q extends LogQuestion
      ? LogLines
      : Q extends AlertsQuestion
        ? readonly FiringAlert[]
        : Q extends RunbooksQuestion
          ? readonly Runbook[]
          : Q extends PastQuestion
            ? Past
            : Q extends CallsQuestion
              ? readonly ObservedCall[]
              : readonly Series[];

/** Which alerts the incident consists of. */
export const ALERTS: AlertsQuestion = { about: 'alerts', topic: 'alerts' };

export function list<T extends KubernetesTopic>(topic: T, namespace?: string): ListQuestion<T> {
  return { about: 'list', topic, namespace };
}

export function log(pod: ObjectRef, container: string, run: 'current' | 'previous' = 'current'): LogQuestion {
  return { about: 'log', topic: 'logs', namespace: pod.namespace ?? 'default', pod: pod.name, container, previous: run === 'previous' };
}

/** The same string for the same question: what makes asking once enough. */
export function questionKey(question: Question): string {
  switch (question.about) {
    case 'list':
      return `list ${question.topic} ${question.namespace ?? '*'}`;
    case 'log':
      return `log ${question.namespace}/${question.pod}/${question.container}${question.previous ? ' previous' : ''}`;
    case 'alerts':
      return 'alerts';
    case 'runbooks':
      return `runbooks ${JSON.stringify([question.words, question.alerts])}`;
    case 'past':
      return `past ${JSON.stringify([question.cluster, question.except, question.words, question.fingerprints, question.cause, question.since])}`;
    case 'calls':
      return `calls ${question.at}`;
    case 'series':
      return `series ${question.metric}${JSON.stringify(question.matchers)} ${question.from} ${question.to} ${question.stepSeconds}`;
  }
}
