import type { LabelSet } from '#domain/alert.ts';
import { mostUrgent, type Severity, severityOf } from '#domain/severity.ts';

/** An episode of an incident as far as splitting it asks for it: the columns of its row, in the order they were opened. */
export interface Member {
  readonly fingerprint: string;
  readonly firing: number;
  readonly alert_name: string;
  readonly namespace: string;
  readonly labels: string;
}

/** What an incident is when it has these episodes. */
export interface Part {
  readonly lead: Pick<Member, 'fingerprint' | 'alert_name' | 'namespace'>;
  readonly severity: Severity;
  readonly total: number;
  readonly firing: number;
}

export interface SplitPlan {
  readonly taken: Part;
  readonly rest: Part;
}

/** Why alerts cannot be taken out of an incident: see SplitResult. */
export type SplitRefusal = 'no-alert' | 'nothing-left' | 'over';

/** What becomes of an open incident when the alerts with these fingerprints leave it: all of their episodes go together. */
export function planSplit(members: readonly Member[], fingerprints: ReadonlySet<string>): SplitPlan | SplitRefusal {
  const { taken = [], rest = [] } = Object.groupBy(members, ({ fingerprint }) => (fingerprints.has(fingerprint) ? 'taken' : 'rest'));
  if (new Set(taken.map(({ fingerprint }) => fingerprint)).size < fingerprints.size) return 'no-alert';
  const parts = { taken: partOf(taken), rest: partOf(rest) };
  if (parts.taken === undefined) return 'no-alert';
  if (parts.rest === undefined) return 'nothing-left';
  return parts.taken.firing === 0 ? 'over' : { taken: parts.taken, rest: parts.rest };
}

/** Led by the oldest that still fires, else by the oldest. Undefined: nobody is left to lead. */
export function partOf(members: readonly Member[]): Part | undefined {
  const lead = members.find(({ firing }) => firing === 1) ?? members[0];
  return (
    lead && {
      lead,
      severity: mostUrgent(members.map(({ labels }) => severityOf((JSON.parse(labels) as LabelSet)['severity']))),
      total: members.length,
      firing: members.filter(({ firing }) => firing === 1).length,
    }
  );
}

/** An incident as far as putting one back into another asks for it: the columns of its row. */
export interface Joinable {
  readonly id: string;
  readonly cluster: string;
  readonly state: 'open' | 'closed';
  readonly cause_code: string | null;
  readonly cause_title: string | null;
  readonly merged_into: string | null;
  readonly split_from: string | null;
}

/** The two incidents that become one, or why they do not (JoinResult). `find` gives the one that the part came from. */
export function planJoin(
  part: Joinable | undefined,
  find: (id: string) => Joinable | undefined,
): { readonly part: Joinable; readonly whole: Joinable } | JoinRefusal {
  if (part === undefined) return 'no-incident';
  if (part.split_from === null) return 'not-split';
  if (part.merged_into !== null) return 'joined';
  if (part.state !== 'open') return 'over';
  const whole = find(part.split_from);
  return whole?.state === 'open' ? { part, whole } : 'gone';
}

/** See JoinResult. */
export type JoinRefusal = 'no-incident' | 'not-split' | 'joined' | 'over' | 'gone';
