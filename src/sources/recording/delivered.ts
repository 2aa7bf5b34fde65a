import type { KubernetesTopic } from '#domain/topic.ts';
import { withoutCredentials } from '../kubernetes/schema/delivery.ts';
import { isObject, list, object, type Raw, text } from '../kubernetes/schema/read.ts';

/** The fields that are kept: `true` for a plain value or a list of them, a function for one that is changed, otherwise the fields beneath; of a list, those of each item. */
type Kept = true | ((value: string) => string | undefined) | { readonly [field: string]: Kept };

const CONDITIONS: Kept = { type: true, status: true, reason: true, message: true, lastTransitionTime: true };
const SOURCE: Kept = { repoURL: withoutCredentials, path: true, chart: true, targetRevision: true };
const REVISION = { revision: true, revisions: true } as const;

/** What the objects of Argo CD and Flux are recorded with: named one by one, since what a release is given (values, parameters, substitutions, patches) may be anywhere else. */
const FIELDS: Partial<Record<KubernetesTopic, { readonly [field: string]: Kept }>> = {
  applications: {
    spec: { destination: { namespace: true }, source: SOURCE, sources: SOURCE },
    status: {
      sync: { status: true, ...REVISION },
      health: { status: true },
      history: { ...REVISION, deployedAt: true, initiatedBy: { automated: true } },
      operationState: {
        ...{ phase: true, message: true, startedAt: true, finishedAt: true },
        operation: { sync: REVISION },
        syncResult: { ...REVISION, resources: { kind: true, namespace: true, name: true, status: true, message: true, hookPhase: true } },
      },
      conditions: CONDITIONS,
    },
  },
  kustomizations: {
    spec: { path: true, suspend: true, sourceRef: { kind: true, name: true } },
    status: {
      conditions: CONDITIONS,
      lastAppliedRevision: true,
      lastAttemptedRevision: true,
      history: { firstReconciled: true, lastReconciledStatus: true, metadata: { revision: true } },
    },
  },
  helmreleases: {
    spec: { suspend: true, targetNamespace: true },
    status: {
      conditions: CONDITIONS,
      lastAttemptedRevision: true,
      history: { version: true, chartName: true, chartVersion: true, status: true, lastDeployed: true },
    },
  },
};

/** The fields of an object of an add-on that may be written; undefined for a topic that is none. */
export function deliveryFields(topic: KubernetesTopic, item: Raw): Raw | undefined {
  const fields = FIELDS[topic];
  return fields && (keep(item, fields) as Raw);
}

function keep(value: unknown, kept: Kept): unknown {
  if (Array.isArray(value)) return value.map((item) => keep(item, kept)).filter((item) => item !== undefined);
  if (typeof kept === 'function') return typeof value === 'string' ? kept(value) : undefined;
  if (kept === true) return typeof value === 'object' ? undefined : value;
  if (!isObject(value)) return undefined;
  const fields = Object.entries(kept).map(([field, beneath]) => [field, keep(value[field], beneath)] as const);
  return Object.fromEntries(fields.filter(([, found]) => found !== undefined));
}

/** Whether an object of an add-on, wherever it is itself, delivers into a namespace: as it says, or as it lists what it applied. */
export function deliversInto(item: unknown, namespace: string): boolean {
  const [metadata, spec, status] = [object(object(item)['metadata']), object(object(item)['spec']), object(object(item)['status'])];
  const named = [metadata['namespace'], object(spec['destination'])['namespace'], spec['targetNamespace']];
  const applied = [...list(status['resources'], (one) => text(one['namespace'])), ...list(status['history'], (one) => text(one['namespace']))];
  // `<namespace>_<name>_<group>_<kind>`: https://fluxcd.io/flux/components/kustomize/kustomizations/#inventory
  const inventory = list(object(status['inventory'])['entries'], ({ id }) => text(id)?.split('_', 1)[0]);
  return [...named, ...applied, ...inventory].includes(namespace);
}
