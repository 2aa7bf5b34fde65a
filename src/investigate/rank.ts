import type { Finding } from '#domain/finding.ts';
import { type ObjectRef, refKey } from '#domain/object-ref.ts';
import type { Circumstances } from '#rules/rule.ts';
import type { Scope } from './find-scope.ts';
import type { Relations } from './relations.ts';

/** Findings in the order in which they answer "why did this alert fire". */
export interface Ranking {
  /** Causes, the best first; none of them follows from another of them. */
  readonly causes: readonly Finding[];
  /** What follows from the causes. */
  readonly consequences: readonly Finding[];
  /** True findings about something that the alert is not about and does not depend on. */
  readonly unrelated: readonly Finding[];
}

const ROLE = { cause: 40, mechanism: 22, consequence: 0 } as const;
const CONFIDENCE = { certain: 40, likely: 26, possible: 8 } as const;
const HOUR_MS = 3_600_000;

/**
 * Causes explain consequences through the objects' relations: a finding that lies in the reach of a stronger one follows from it.
 * What is left is ordered by how much the evidence says (role, confidence), how near it is to what the alert names, and whether it
 * began when the trouble did: something that has been so for days does not explain what began an hour ago.
 */
export function rank(findings: readonly Finding[], looked: Scope, relations: Relations, circumstances: Circumstances): Ranking {
  // What ails one pod of a workload is the workload's: the alert may name a sibling of the pod that shows it.
  const scope = { ...looked, focus: [...looked.focus, ...looked.focus.flatMap((ref) => relations.makersOf(ref))] };
  const reaches = new Map(findings.map((finding) => [finding, relations.reach([finding.subject, ...finding.affects])]));
  const reachOf = (finding: Finding): ReadonlyMap<string, number> => reaches.get(finding) ?? new Map();
  const strength = new Map(
    findings.map((finding) => [
      finding,
      ROLE[finding.role] + CONFIDENCE[finding.confidence] + nearness(finding, scope, reachOf(finding)) + timeliness(finding, circumstances),
    ]),
  );
  const strengthOf = (finding: Finding): number => strength.get(finding) ?? 0;
  const ordered = findings.toSorted(
    (left, right) =>
      strengthOf(right) - strengthOf(left) ||
      // Of two that are equally strong the one that says why.
      ROLE[right.role] - ROLE[left.role] ||
      breadth(right) - breadth(left) ||
      left.code.localeCompare(right.code) ||
      refKey(left.subject).localeCompare(refKey(right.subject)),
  );

  const causes: Finding[] = [];
  const consequences: Finding[] = [];
  const unrelated: Finding[] = [];
  for (const finding of upstreamFirst(ordered, reachOf)) {
    if (causes.some((cause) => explains(cause, finding, reachOf(cause), reachOf(finding)))) consequences.push(finding);
    else if (scope.focus.length > 0 && nearness(finding, scope, reachOf(finding)) === 0) unrelated.push(finding);
    else causes.push(finding);
  }
  return { causes, consequences, unrelated };
}

/**
 * A Service that nobody answers for says what callers feel, and never why: what keeps its pods away comes before it, wherever the alert looks from, when it is as sure.
 */
function upstreamFirst(ordered: readonly Finding[], reachOf: (finding: Finding) => ReadonlyMap<string, number>): readonly Finding[] {
  const result: Finding[] = [];
  for (const finding of ordered) {
    const at = result.findIndex((earlier) => isSilence(earlier) && !isSilence(finding) && isUpstream(finding, earlier, reachOf));
    result.splice(at < 0 ? result.length : at, 0, finding);
  }
  return result;
}

function isSilence({ role, subject }: Finding): boolean {
  return role === 'mechanism' && subject.kind === 'Service';
}

function isUpstream(finding: Finding, silence: Finding, reachOf: (finding: Finding) => ReadonlyMap<string, number>): boolean {
  if (ROLE[finding.role] < ROLE[silence.role] || CONFIDENCE[finding.confidence] < CONFIDENCE[silence.confidence]) return false;
  return reachOf(finding).has(refKey(silence.subject)) && !reachOf(silence).has(refKey(finding.subject));
}

/** Does `finding` follow from `cause`, which is the stronger of the two? */
function explains(cause: Finding, finding: Finding, reachOfCause: ReadonlyMap<string, number>, reachOfFinding: ReadonlyMap<string, number>): boolean {
  // What follows from something explains nothing but what follows too.
  if (cause.role === 'consequence' && finding.role !== 'consequence') return false;
  const same = refKey(cause.subject) === refKey(finding.subject);
  if (same) return finding.role !== 'cause';
  if (!reachOfCause.has(refKey(finding.subject))) return false;
  // Each in the other's reach: neither is upstream.
  if (finding.role === 'cause' && reachOfFinding.has(refKey(cause.subject))) return false;
  return finding.role !== 'cause' || CONFIDENCE[finding.confidence] < CONFIDENCE[cause.confidence];
}

/** 0 (nothing to do with what the alerts name) to 20 (the very object). */
function nearness(finding: Finding, { focus, namespaces }: Scope, reach: ReadonlyMap<string, number>): number {
  if (focus.length === 0) {
    const { namespace, kind, name } = finding.subject;
    const inside = (namespace !== undefined && namespaces.includes(namespace)) || (kind === 'Namespace' && namespaces.includes(name));
    return inside || finding.affects.some((ref) => ref.namespace !== undefined && namespaces.includes(ref.namespace)) ? 15 : 5;
  }
  const steps = focus.flatMap((ref) => reach.get(refKey(ref)) ?? []);
  if (steps.length > 0) return Math.max(8, 20 - 3 * Math.min(...steps));
  return inNamespaceOnly(finding, focus) ? 4 : 0;
}

/** Quotas and the like act on a whole namespace. */
function inNamespaceOnly({ subject }: Finding, focus: readonly ObjectRef[]): boolean {
  return subject.kind === 'Namespace' && focus.some(({ namespace }) => namespace === subject.name);
}

function timeliness({ since }: Finding, { onset, now }: Circumstances): number {
  if (since === undefined) return 0;
  const age = Date.parse(onset) - Date.parse(since);
  if (Number.isNaN(age) || Date.parse(since) > Date.parse(now) + HOUR_MS) return 0;
  if (age > 24 * HOUR_MS) return -10;
  return age < 2 * HOUR_MS ? 5 : 0;
}

function breadth({ affects }: Finding): number {
  return affects.length;
}
