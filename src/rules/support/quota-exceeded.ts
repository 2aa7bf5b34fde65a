import type { Evidence } from '#domain/evidence.ts';
import type { ResourceQuota } from '#domain/kubernetes/cluster.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { NamespaceSubject } from '#domain/subject.ts';
import { type AskFor, type Circumstances, type Claim, cite, type Found, found, notApplicable, ruledOut, undecided, type Verdict } from '../rule.ts';
import { CREATION_NEEDS, type CreationRefusal, creationRefusals } from './creation-refusals.ts';
import { fields } from './excerpt.ts';
import { isFull, type QuotaKind, type QuotaRefusal, quotaKind, quotaRefusals } from './quota.ts';
import { editIt, look } from './remedies.ts';
import { some } from './some.ts';

export const QUOTA_NEEDS = [...CREATION_NEEDS, 'resourcequotas'] as const;
type QuotaTopic = (typeof QUOTA_NEEDS)[number];

/** A resource of a quota that is used up. */
export interface FullQuota {
  readonly quota: ResourceQuota;
  readonly resource: string;
  readonly used: string;
  readonly hard: string;
}

/**
 * Judges whether a quota of this kind refuses what controllers of the namespace want to create. `otherwise` is asked when nothing was refused, with the
 * quotas of the kind: what is created by people and not by controllers leaves no event.
 */
export async function judgeQuota(
  kind: QuotaKind,
  namespace: NamespaceSubject,
  ask: AskFor<QuotaTopic>,
  circumstances: Circumstances,
  otherwise: (quotas: readonly ResourceQuota[], seenIn: Evidence<readonly ResourceQuota[]>) => Promise<Verdict | readonly Verdict[]> = async () =>
    notApplicable,
): Promise<Verdict | readonly Verdict[]> {
  const { name } = namespace.ref;
  const refused = (await creationRefusals(name, ask)).flatMap((refusal) =>
    quotaRefusals(refusal.message)
      .filter(({ resource }) => quotaKind(resource) === kind)
      .map((exceeded) => ({ refusal, exceeded })),
  );
  const quotas = await ask(list('resourcequotas', name));
  if (refused.length > 0) return refusedByQuota(namespace, refused, quotas);
  if (quotas.outcome === 'unavailable') return undecided(quotas);
  if (quotas.outcome !== 'present') return notApplicable;
  const ofKind = quotas.data.filter(({ spec, status }) => Object.keys({ ...spec.hard, ...status.hard }).some((resource) => quotaKind(resource) === kind));
  if (ofKind.length === 0) return notApplicable;
  const verdict = await otherwise(ofKind, quotas);
  if ([verdict].flat().length > 0) return verdict;
  const full = ofKind.flatMap((quota) => fullIn(quota, kind));
  const [worst] = full;
  if (!worst) return ruledOut(quotas, `No quota on ${kind} of namespace ${name} is used up.`);
  if (!isOverdrawn(worst) && !changedLately(worst.quota, circumstances))
    return ruledOut(quotas, `Quota ${worst.quota.metadata.name} on ${worst.resource} is used up (${worst.used} of ${worst.hard}), but nothing was refused.`);
  return found('possible', [citeQuota(quotas, worst.quota)], {
    ...claimOf(namespace, { quota: worst.quota.metadata.name, resource: worst.resource, requested: '', used: worst.used, hard: worst.hard }, []),
    since: worst.quota.metadata.creationTimestamp,
  });
}

function refusedByQuota(
  namespace: NamespaceSubject,
  refused: readonly { readonly refusal: CreationRefusal; readonly exceeded: QuotaRefusal }[],
  quotas: Evidence<readonly ResourceQuota[]>,
): Found | readonly Found[] {
  const [first] = refused;
  if (!first) return [];
  const quota = quotas.outcome === 'present' ? quotas.data.find(({ metadata }) => metadata.name === first.exceeded.quota) : undefined;
  const workloads = refused.map(({ refusal }) => refusal.workload);
  return found(
    quota || first.refusal.confirmed ? 'certain' : 'likely',
    [...first.refusal.citations, ...(quota && quotas.outcome === 'present' ? [citeQuota(quotas, quota)] : [])],
    {
      ...claimOf(namespace, first.exceeded, workloads),
      since: refused
        .map(({ refusal }) => refusal.since ?? '')
        .filter(Boolean)
        .toSorted()[0],
      affects: workloads,
    },
  );
}

function claimOf(namespace: NamespaceSubject, { quota, resource, requested, used, hard }: QuotaRefusal, workloads: readonly ObjectRef[]): Claim {
  const at = { kind: 'ResourceQuota', namespace: namespace.ref.name, name: quota };
  const wanting = [...new Set(workloads.map((ref) => ref.name))];
  const [names, several] = [some(wanting), wanting.length > 1];
  return {
    title: `Quota ${quota} of namespace ${namespace.ref.name} allows ${allowanceText(resource, hard, used)}${names ? `, and ${names} ${several ? 'want more' : `wants ${requested} more`}` : ''}`,
    explanation: `${names ? `The API server refuses the new pods of ${names}` : 'The API server refuses whatever asks for more'}, because the namespace would go over its quota. Nothing that runs is stopped, so what is missing is only what is new: a rollout, a restart or a scale-up. Either the quota is too small, or something in the namespace takes more than it should.`,
    remedies: [
      look(at, 'See what is used of the quota.', 'describe', `resourcequota/${quota}`),
      editIt(at, `Raise ${resource} of the quota, or free some in the namespace.`),
    ],
  };
}

export function citeQuota(quotas: Evidence<readonly ResourceQuota[]> & { readonly outcome: 'present' }, { metadata, spec, status }: ResourceQuota) {
  return cite(quotas, `What quota ${metadata.name} allows and what is used.`, {
    about: { kind: 'ResourceQuota', namespace: metadata.namespace, name: metadata.name },
    excerpt: fields({
      hard: Object.keys(status.hard).length > 0 ? status.hard : spec.hard,
      used: status.used,
      scopes: spec.scopes.length > 0 ? spec.scopes : undefined,
      created: metadata.creationTimestamp,
    }),
  });
}

/** The resources of one kind of which nothing is left. A quota of zero forbids on purpose, and is left out. */
export function fullIn(quota: ResourceQuota, kind: QuotaKind): readonly FullQuota[] {
  const { hard, used } = quota.status;
  return Object.entries(hard)
    .filter(([resource, most]) => quotaKind(resource) === kind && isFull(used[resource], most) && !isFull('0', most))
    .map(([resource, most]) => ({ quota, resource, used: used[resource] ?? '', hard: most }));
}

/** More is used than allowed: the quota was lowered, or made after what it counts. */
function isOverdrawn({ used, hard }: FullQuota): boolean {
  return isFull(used, hard) && !isFull(hard, used);
}

const DAY_MS = 86_400_000;

/** Made or changed within a day before the trouble began, or since. */
export function changedLately({ metadata }: ResourceQuota, { onset }: Circumstances): boolean {
  const changes = [metadata.creationTimestamp, ...metadata.managedFields.filter(({ subresource }) => subresource === undefined).map(({ time }) => time)];
  return changes.some((time) => time !== undefined && Date.parse(onset) - Date.parse(time) < DAY_MS);
}

/** `5 pods, 5 are used` for what is counted; `limits.memory of 8Gi, 6Gi is used` for what is measured. */
function allowanceText(resource: string, hard: string, used: string): string {
  const counted = /^(?:requests|limits)\./.test(resource) ? undefined : /^(?:count\/)?([a-z]+)(?:\.[\w.]+)?$/.exec(resource)?.[1];
  return counted !== undefined && /^\d+$/.test(hard) && counted !== 'cpu' && counted !== 'memory'
    ? `${hard} ${counted}, ${used} ${used === '1' ? 'is' : 'are'} used`
    : `${resource} of ${hard}, ${used} is used`;
}
