import type { Condition, IntOrString, KubernetesObject, LabelSelector } from './meta.ts';
import type { PodTemplate } from './pod.ts';

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly paused?: boolean | undefined;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly progressDeadlineSeconds?: number | undefined;
    readonly revisionHistoryLimit?: number | undefined;
    readonly strategy: { readonly type?: string | undefined; readonly maxUnavailable?: IntOrString | undefined; readonly maxSurge?: IntOrString | undefined };
  };
  readonly status: {
    readonly observedGeneration?: number | undefined;
    readonly replicas: number;
    readonly updatedReplicas: number;
    readonly readyReplicas: number;
    readonly availableReplicas: number;
    readonly unavailableReplicas: number;
    readonly conditions: readonly Condition[];
  };
}

export interface ReplicaSet extends KubernetesObject {
  readonly spec: { readonly replicas?: number | undefined; readonly selector: LabelSelector; readonly template: PodTemplate };
  readonly status: {
    readonly replicas: number;
    readonly readyReplicas: number;
    readonly availableReplicas: number;
    readonly conditions: readonly Condition[];
    readonly observedGeneration?: number | undefined;
  };
}

export interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number | undefined;
    readonly serviceName?: string | undefined;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly podManagementPolicy?: string | undefined;
    readonly volumeClaimTemplates: readonly { readonly name: string; readonly storageClassName?: string | undefined }[];
    readonly updateStrategy: { readonly type?: string | undefined; readonly partition?: number | undefined };
  };
  readonly status: {
    readonly observedGeneration?: number | undefined;
    readonly replicas: number;
    readonly readyReplicas: number;
    readonly availableReplicas: number;
    readonly updatedReplicas: number;
    readonly currentRevision?: string | undefined;
    readonly updateRevision?: string | undefined;
    readonly conditions: readonly Condition[];
  };
}

export interface DaemonSet extends KubernetesObject {
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplate; readonly updateStrategy: { readonly type?: string | undefined } };
  readonly status: {
    readonly observedGeneration?: number | undefined;
    readonly desiredNumberScheduled: number;
    readonly currentNumberScheduled: number;
    readonly numberReady: number;
    readonly numberAvailable: number;
    readonly numberUnavailable: number;
    readonly numberMisscheduled: number;
    readonly updatedNumberScheduled: number;
    readonly conditions: readonly Condition[];
  };
}

export interface Job extends KubernetesObject {
  readonly spec: {
    readonly suspend?: boolean | undefined;
    readonly parallelism?: number | undefined;
    readonly completions?: number | undefined;
    readonly backoffLimit?: number | undefined;
    readonly activeDeadlineSeconds?: number | undefined;
    readonly ttlSecondsAfterFinished?: number | undefined;
    readonly template: PodTemplate;
    readonly selector: LabelSelector;
  };
  readonly status: {
    readonly active: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly startTime?: string | undefined;
    readonly completionTime?: string | undefined;
    readonly conditions: readonly Condition[];
  };
}

export interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string | undefined;
    readonly suspend?: boolean | undefined;
    readonly concurrencyPolicy?: string | undefined;
    readonly startingDeadlineSeconds?: number | undefined;
    readonly jobTemplate: { readonly spec: Pick<Job['spec'], 'template' | 'backoffLimit' | 'activeDeadlineSeconds'> };
  };
  readonly status: {
    readonly lastScheduleTime?: string | undefined;
    readonly lastSuccessfulTime?: string | undefined;
    readonly active: readonly { readonly name: string }[];
  };
}

export interface HorizontalPodAutoscaler extends KubernetesObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string; readonly apiVersion?: string | undefined };
    readonly minReplicas?: number | undefined;
    readonly maxReplicas: number;
    /** autoscaling/v2 metric specs as they come: `type` and the block named after it. */
    readonly metrics: readonly Readonly<Record<string, unknown>>[];
  };
  readonly status: {
    readonly currentReplicas: number;
    readonly desiredReplicas: number;
    readonly lastScaleTime?: string | undefined;
    readonly conditions: readonly Condition[];
    readonly currentMetrics: readonly Readonly<Record<string, unknown>>[];
  };
}

export interface PodDisruptionBudget extends KubernetesObject {
  readonly spec: { readonly minAvailable?: IntOrString | undefined; readonly maxUnavailable?: IntOrString | undefined; readonly selector: LabelSelector };
  readonly status: {
    readonly currentHealthy: number;
    readonly desiredHealthy: number;
    readonly expectedPods: number;
    readonly disruptionsAllowed: number;
    readonly conditions: readonly Condition[];
  };
}
