/**
 * Kubernetes objects as the API returns them (field names are Kubernetes' own), reduced to the fields we judge.
 * Everything but a name may be missing: objects come from other people's clusters and versions. Parsed in sources/kubernetes/.
 * Fields: https://kubernetes.io/docs/reference/kubernetes-api/
 */
export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean | undefined;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly generation?: number | undefined;
  readonly resourceVersion?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  /** Who changed the object last and when: manager, operation, time, subresource, and the field paths (`f:spec` ...) as JSON. */
  readonly managedFields: readonly ManagedFields[];
}

export interface ManagedFields {
  readonly manager?: string | undefined;
  readonly operation?: string | undefined;
  readonly time?: string | undefined;
  readonly subresource?: string | undefined;
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
  readonly lastHeartbeatTime?: string | undefined;
  readonly lastUpdateTime?: string | undefined;
}

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelSelectorRequirement[];
}

/** Amounts as written: `100m`, `128Mi`, `2`. See lib/quantity.ts. */
export type ResourceList = Readonly<Record<string, string>>;
export type IntOrString = number | string;
