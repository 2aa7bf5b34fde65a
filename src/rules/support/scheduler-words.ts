import type { ObstacleKind } from './node-fit.ts';

/** One reason out of the scheduler's sentence: `3 Insufficient cpu`. */
export interface SaidObstacle {
  readonly kind: ObstacleKind | 'unbound-claim' | 'missing-claim' | 'other';
  readonly nodes: number;
  readonly text: string;
}

const WORDS: readonly (readonly [SaidObstacle['kind'], RegExp])[] = [
  ['unbound-claim', /unbound (?:immediate )?PersistentVolumeClaims|find available persistent volumes to bind/i],
  ['missing-claim', /persistentvolumeclaim "[^"]*" not found/i],
  ['volume', /volume node affinity conflict|no available volume zone/i],
  ['control-plane', /taint \{?node-role\.kubernetes\.io\/(?:control-plane|master)/i],
  ['unready', /taint \{?node\.(?:cloudprovider\.)?kubernetes\.io\/(?!unschedulable)/i],
  ['cordoned', /were unschedulable|taint \{?node\.kubernetes\.io\/unschedulable/i],
  ['taint', /had (?:untolerated )?taint/i],
  ['cpu', /^insufficient cpu$/i],
  ['memory', /^insufficient memory$/i],
  ['resource', /^insufficient /i],
  ['pods', /^too many pods$/i],
  ['host-port', /free ports for the requested pod ports/i],
  ['spread', /topology spread constraints/i],
  ['pod-affinity', /didn't match pod affinity rules/i],
  ['anti-affinity', /anti-affinity/i],
  // Both are one filter to the scheduler; which of them it was, the nodes tell.
  ['selector', /didn't match (?:pod's )?node (?:affinity\/selector|selector)/i],
  ['affinity', /didn't match (?:pod's )?node affinity/i],
];

/**
 * Takes the scheduler's sentence apart: `0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. preemption: ...`.
 * Each node is counted once, under the first filter that it failed. Reasons without a number concern all nodes. Unknown reasons are `other`.
 */
export function saidObstacles(message: string): readonly SaidObstacle[] {
  const [, total = '0', rest = ''] = /^\s*0\/(\d+) nodes are available:?\s*(.*)$/s.exec(message.slice(0, 8_000)) ?? [];
  const reasons = (rest.split(/\.?\s*preemption:/i, 1)[0] ?? '').replace(/\.\s*$/, '');
  if (reasons === '') return [];
  const parts = reasons.split(/,\s+(?=\d+ |persistentvolumeclaim )/);
  return parts.map((part) => {
    const [, count, text = part] = /^(\d+) (.*)$/s.exec(part) ?? [];
    return { kind: WORDS.find(([, words]) => words.test(text))?.[0] ?? 'other', nodes: Number(count ?? total), text: text.trim() };
  });
}
