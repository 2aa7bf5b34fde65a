import type { Condition, KubernetesObject } from './meta.ts';

/**
 * What brings a change into a cluster from a repository: objects of Argo CD and Flux, reduced to what was delivered, when, and how that went.
 * Nothing here holds what a release is given: values, parameters, substitutions and patches are not read (they hold passwords as often as not).
 * Fields: https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/ · https://fluxcd.io/flux/components/kustomize/api/v1/ ·
 * https://fluxcd.io/flux/components/helm/api/v2/
 */

/** Where an Application gets its manifests. */
export interface ApplicationSource {
  /** Without user and password. */
  readonly repoURL?: string | undefined;
  readonly path?: string | undefined;
  readonly chart?: string | undefined;
  readonly targetRevision?: string | undefined;
}

/** One sync that worked. */
export interface ApplicationSync {
  /** Commit or chart version; of several sources, one after the other. */
  readonly revision?: string | undefined;
  readonly deployedAt?: string | undefined;
  /** True when Argo CD began it by itself. */
  readonly automated: boolean;
}

/** Argo CD. */
export interface Application extends KubernetesObject {
  readonly spec: { readonly destinationNamespace?: string | undefined; readonly sources: readonly ApplicationSource[] };
  readonly status: {
    readonly sync: { readonly status?: string | undefined; readonly revision?: string | undefined };
    readonly health: { readonly status?: string | undefined };
    /** The oldest first, as Argo CD keeps them; only syncs that worked. */
    readonly history: readonly ApplicationSync[];
    /** The last sync, whatever came of it. */
    readonly operationState?: ApplicationOperation | undefined;
    /** Argo CD's conditions have no status: one that is there holds. */
    readonly conditions: readonly Pick<Condition, 'type' | 'message' | 'lastTransitionTime'>[];
  };
}

export interface ApplicationOperation {
  /** `Running`, `Terminating`, `Succeeded`, `Failed`, `Error`. */
  readonly phase?: string | undefined;
  readonly message?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  readonly revision?: string | undefined;
  /** The objects that could not be applied, with what the API server said. */
  readonly refused: readonly {
    readonly kind: string;
    readonly namespace?: string | undefined;
    readonly name: string;
    readonly message?: string | undefined;
  }[];
}

/** Flux: manifests out of a source. */
export interface Kustomization extends KubernetesObject {
  readonly spec: {
    readonly path?: string | undefined;
    readonly suspend?: boolean | undefined;
    readonly sourceRef?: { readonly kind: string; readonly name: string } | undefined;
  };
  readonly status: {
    readonly conditions: readonly Condition[];
    readonly lastAppliedRevision?: string | undefined;
    readonly lastAttemptedRevision?: string | undefined;
    /** Flux 2.7 and later: each state that was applied, and since when. */
    readonly history: readonly {
      readonly revision?: string | undefined;
      readonly firstReconciled?: string | undefined;
      readonly lastReconciledStatus?: string | undefined;
    }[];
  };
}

/** Flux: a Helm chart. */
export interface HelmRelease extends KubernetesObject {
  readonly spec: { readonly suspend?: boolean | undefined; readonly targetNamespace?: string | undefined };
  readonly status: {
    readonly conditions: readonly Condition[];
    readonly lastAttemptedRevision?: string | undefined;
    /** Releases that Helm made, the newest first. */
    readonly history: readonly {
      readonly version?: number | undefined;
      readonly chartName?: string | undefined;
      readonly chartVersion?: string | undefined;
      /** Helm's word: `deployed`, `superseded`, `failed`, `uninstalled`. */
      readonly status?: string | undefined;
      readonly lastDeployed?: string | undefined;
    }[];
  };
}
