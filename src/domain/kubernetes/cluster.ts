import type { Condition, KubernetesObject, LabelSelector, ResourceList } from './meta.ts';

export interface KubernetesEvent extends KubernetesObject {
  readonly involvedObject: {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    readonly fieldPath?: string | undefined;
  };
  readonly type?: string | undefined;
  readonly reason?: string | undefined;
  readonly message: string;
  readonly count: number;
  readonly firstTimestamp?: string | undefined;
  /** Of the newest occurrence, whichever of lastTimestamp, series.lastObservedTime, eventTime, creationTimestamp there is. */
  readonly lastTimestamp?: string | undefined;
  readonly component?: string | undefined;
}

export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: string;
  readonly timeAdded?: string | undefined;
}

export interface Node extends KubernetesObject {
  readonly spec: { readonly unschedulable?: boolean | undefined; readonly taints: readonly Taint[]; readonly providerID?: string | undefined };
  readonly status: {
    readonly capacity: ResourceList;
    readonly allocatable: ResourceList;
    readonly conditions: readonly Condition[];
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly nodeInfo: {
      readonly kubeletVersion?: string | undefined;
      readonly containerRuntimeVersion?: string | undefined;
      readonly kernelVersion?: string | undefined;
      readonly osImage?: string | undefined;
      readonly architecture?: string | undefined;
      readonly operatingSystem?: string | undefined;
    };
  };
}

export interface Lease extends KubernetesObject {
  readonly spec: {
    readonly holderIdentity?: string | undefined;
    readonly leaseDurationSeconds?: number | undefined;
    readonly renewTime?: string | undefined;
    readonly acquireTime?: string | undefined;
  };
}

export interface Namespace extends KubernetesObject {
  readonly status: { readonly phase?: string | undefined; readonly conditions: readonly Condition[] };
}

export interface ResourceQuota extends KubernetesObject {
  readonly spec: { readonly hard: ResourceList; readonly scopes: readonly string[] };
  readonly status: { readonly hard: ResourceList; readonly used: ResourceList };
}

export interface LimitRange extends KubernetesObject {
  readonly spec: {
    readonly limits: readonly {
      readonly type?: string | undefined;
      readonly max: ResourceList;
      readonly min: ResourceList;
      readonly default: ResourceList;
      readonly defaultRequest: ResourceList;
    }[];
  };
}

export interface ServiceAccount extends KubernetesObject {
  readonly imagePullSecrets: readonly string[];
}

/** Values of a ConfigMap may be large; binary data is known by its keys only. */
export interface ConfigMap extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
  readonly binaryKeys: readonly string[];
}

/** Never a value: name, type and keys only, and only where the reader was allowed to see even that. */
export interface SecretKeys extends KubernetesObject {
  readonly type?: string | undefined;
  readonly keys: readonly string[];
}

export interface PersistentVolumeClaim extends KubernetesObject {
  readonly spec: {
    readonly storageClassName?: string | undefined;
    readonly volumeName?: string | undefined;
    readonly accessModes: readonly string[];
    readonly volumeMode?: string | undefined;
    readonly selector?: LabelSelector | undefined;
    readonly requests: ResourceList;
  };
  readonly status: { readonly phase?: string | undefined; readonly capacity: ResourceList; readonly conditions: readonly Condition[] };
}

export interface PersistentVolume extends KubernetesObject {
  readonly spec: {
    readonly storageClassName?: string | undefined;
    readonly capacity: ResourceList;
    readonly accessModes: readonly string[];
    readonly volumeMode?: string | undefined;
    readonly persistentVolumeReclaimPolicy?: string | undefined;
    readonly claimRef?: { readonly namespace?: string | undefined; readonly name: string; readonly uid?: string | undefined } | undefined;
    readonly nodeAffinity: readonly {
      readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
    }[];
    readonly hostPath?: { readonly path: string } | undefined;
    readonly nfs?: { readonly server: string; readonly path: string } | undefined;
    readonly csiDriver?: string | undefined;
  };
  readonly status: { readonly phase?: string | undefined; readonly reason?: string | undefined; readonly message?: string | undefined };
}

export interface StorageClass extends KubernetesObject {
  readonly provisioner: string;
  readonly volumeBindingMode?: string | undefined;
  readonly allowVolumeExpansion?: boolean | undefined;
}

/** A webhook that the API server asks before it admits an object. */
export interface AdmissionWebhookConfiguration extends KubernetesObject {
  readonly webhooks: readonly {
    readonly name: string;
    readonly failurePolicy?: string | undefined;
    readonly service?: { readonly namespace: string; readonly name: string; readonly port?: number | undefined } | undefined;
    readonly url?: string | undefined;
    readonly timeoutSeconds?: number | undefined;
  }[];
}

export interface APIService extends KubernetesObject {
  readonly spec: { readonly service?: { readonly namespace: string; readonly name: string } | undefined };
  readonly status: { readonly conditions: readonly Condition[] };
}
