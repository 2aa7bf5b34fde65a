import type { Condition, IntOrString, KubernetesObject, LabelSelector, LabelSelectorRequirement, ObjectMeta, ResourceList } from './meta.ts';

export interface KeyRef {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean | undefined;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string | undefined;
  readonly valueFrom?:
    | {
        readonly configMapKeyRef?: KeyRef | undefined;
        readonly secretKeyRef?: KeyRef | undefined;
        readonly fieldRef?: { readonly fieldPath: string } | undefined;
      }
    | undefined;
}

export interface EnvFromSource {
  readonly configMapRef?: { readonly name: string; readonly optional?: boolean | undefined } | undefined;
  readonly secretRef?: { readonly name: string; readonly optional?: boolean | undefined } | undefined;
}

export interface ContainerPort {
  readonly name?: string | undefined;
  readonly containerPort: number;
  readonly hostPort?: number | undefined;
  readonly protocol?: string | undefined;
}

export interface Probe {
  readonly httpGet?:
    | { readonly path?: string | undefined; readonly port: IntOrString; readonly scheme?: string | undefined; readonly host?: string | undefined }
    | undefined;
  readonly tcpSocket?: { readonly port: IntOrString; readonly host?: string | undefined } | undefined;
  readonly grpc?: { readonly port: number; readonly service?: string | undefined } | undefined;
  readonly exec?: { readonly command: readonly string[] } | undefined;
  readonly initialDelaySeconds?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly failureThreshold?: number | undefined;
  readonly successThreshold?: number | undefined;
}

export interface SecurityContext {
  readonly runAsUser?: number | undefined;
  readonly runAsGroup?: number | undefined;
  readonly runAsNonRoot?: boolean | undefined;
  readonly readOnlyRootFilesystem?: boolean | undefined;
  readonly privileged?: boolean | undefined;
  readonly fsGroup?: number | undefined;
}

export interface Container {
  readonly name: string;
  readonly image?: string | undefined;
  readonly imagePullPolicy?: string | undefined;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir?: string | undefined;
  readonly env: readonly EnvVar[];
  readonly envFrom: readonly EnvFromSource[];
  readonly ports: readonly ContainerPort[];
  readonly resources: { readonly requests: ResourceList; readonly limits: ResourceList };
  readonly livenessProbe?: Probe | undefined;
  readonly readinessProbe?: Probe | undefined;
  readonly startupProbe?: Probe | undefined;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string | undefined;
    readonly readOnly?: boolean | undefined;
  }[];
  readonly securityContext?: SecurityContext | undefined;
  /** `Always` on an init container makes it a sidecar (1.29 and later). */
  readonly restartPolicy?: string | undefined;
}

export interface KeyToPath {
  readonly key: string;
  readonly path: string;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly optional?: boolean | undefined; readonly items: readonly KeyToPath[] } | undefined;
  readonly secret?: { readonly secretName: string; readonly optional?: boolean | undefined; readonly items: readonly KeyToPath[] } | undefined;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean | undefined } | undefined;
  readonly emptyDir?: { readonly medium?: string | undefined; readonly sizeLimit?: string | undefined } | undefined;
  readonly hostPath?: { readonly path: string; readonly type?: string | undefined } | undefined;
  readonly projected?:
    | {
        readonly sources: readonly {
          readonly configMap?: { readonly name: string; readonly optional?: boolean | undefined; readonly items: readonly KeyToPath[] } | undefined;
          readonly secret?: { readonly name: string; readonly optional?: boolean | undefined; readonly items: readonly KeyToPath[] } | undefined;
        }[];
      }
    | undefined;
  readonly nfs?: { readonly server: string; readonly path: string } | undefined;
  readonly csi?: { readonly driver: string } | undefined;
}

export interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: string | undefined;
  readonly value?: string | undefined;
  readonly effect?: string | undefined;
  readonly tolerationSeconds?: number | undefined;
}

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly LabelSelectorRequirement[];
  readonly matchFields: readonly LabelSelectorRequirement[];
}

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector | undefined;
  readonly topologyKey: string;
  readonly namespaces: readonly string[];
}

export interface Affinity {
  readonly nodeAffinity?: { readonly required: readonly NodeSelectorTerm[] } | undefined;
  readonly podAffinity?: { readonly required: readonly PodAffinityTerm[] } | undefined;
  readonly podAntiAffinity?: { readonly required: readonly PodAffinityTerm[] } | undefined;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly nodeName?: string | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly affinity?: Affinity | undefined;
  readonly tolerations: readonly Toleration[];
  readonly topologySpreadConstraints: readonly {
    readonly topologyKey: string;
    readonly whenUnsatisfiable?: string | undefined;
    readonly maxSkew?: number | undefined;
    readonly labelSelector?: LabelSelector | undefined;
  }[];
  readonly schedulerName?: string | undefined;
  readonly serviceAccountName?: string | undefined;
  readonly imagePullSecrets: readonly string[];
  readonly restartPolicy?: string | undefined;
  readonly priorityClassName?: string | undefined;
  readonly runtimeClassName?: string | undefined;
  readonly hostNetwork?: boolean | undefined;
  readonly dnsPolicy?: string | undefined;
  readonly dnsConfig?:
    | {
        readonly nameservers: readonly string[];
        readonly searches: readonly string[];
        readonly options: readonly { readonly name: string; readonly value?: string | undefined }[];
      }
    | undefined;
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly subdomain?: string | undefined;
  readonly terminationGracePeriodSeconds?: number | undefined;
  readonly activeDeadlineSeconds?: number | undefined;
  readonly securityContext?: SecurityContext | undefined;
  readonly schedulingGates: readonly string[];
  readonly readinessGates: readonly string[];
}

export interface ContainerTermination {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly exitCode: number;
  readonly signal?: number | undefined;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string | undefined; readonly message?: string | undefined } | undefined;
  readonly running?: { readonly startedAt?: string | undefined } | undefined;
  readonly terminated?: ContainerTermination | undefined;
}

export interface ContainerStatus {
  readonly name: string;
  readonly image?: string | undefined;
  readonly imageID?: string | undefined;
  readonly ready: boolean;
  readonly started?: boolean | undefined;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export interface PodStatus {
  readonly phase?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly podIP?: string | undefined;
  readonly hostIP?: string | undefined;
  readonly startTime?: string | undefined;
  readonly qosClass?: string | undefined;
  readonly nominatedNodeName?: string | undefined;
  readonly conditions: readonly Condition[];
  readonly containerStatuses: readonly ContainerStatus[];
  readonly initContainerStatuses: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses: readonly ContainerStatus[];
}

export interface Pod extends KubernetesObject {
  readonly spec: PodSpec;
  readonly status: PodStatus;
}

export interface PodTemplate {
  readonly metadata: Omit<ObjectMeta, 'name'> & { readonly name?: string | undefined };
  readonly spec: PodSpec;
}
