import type { Severity } from '#domain/severity.ts';
import type { Random } from './random.ts';

/** Where the alerts of a made-up history come from: clusters, their namespaces, and what fires there. */

/** What may fire, and how often: earlier more often. */
export const ALERTS: readonly { readonly name: string; readonly severity: Severity; readonly about: 'workload' | 'node' | 'storage' }[] = [
  { name: 'KubePodCrashLooping', severity: 'warning', about: 'workload' },
  { name: 'KubePodNotReady', severity: 'warning', about: 'workload' },
  { name: 'KubeDeploymentReplicasMismatch', severity: 'warning', about: 'workload' },
  { name: 'CPUThrottlingHigh', severity: 'info', about: 'workload' },
  { name: 'HighErrorRate', severity: 'critical', about: 'workload' },
  { name: 'KubeContainerWaiting', severity: 'warning', about: 'workload' },
  { name: 'KubeNodeNotReady', severity: 'critical', about: 'node' },
  { name: 'NodeFilesystemAlmostOutOfSpace', severity: 'warning', about: 'node' },
  { name: 'KubePersistentVolumeFillingUp', severity: 'critical', about: 'storage' },
  { name: 'TargetDown', severity: 'warning', about: 'workload' },
  { name: 'KubeHpaMaxedOut', severity: 'warning', about: 'workload' },
  { name: 'KubeJobFailed', severity: 'warning', about: 'workload' },
  { name: 'HighLatency', severity: 'critical', about: 'workload' },
  { name: 'NodeMemoryHighUtilization', severity: 'warning', about: 'node' },
  { name: 'KubeStatefulSetReplicasMismatch', severity: 'warning', about: 'storage' },
  { name: 'KubeQuotaAlmostFull', severity: 'info', about: 'workload' },
  { name: 'CertificateExpiresSoon', severity: 'unknown', about: 'workload' },
  { name: 'KubeClientErrors', severity: 'warning', about: 'node' },
  ...Array.from({ length: 40 }, (_, index) => ({ name: `AppRule${index}Broken`, severity: 'warning' as const, about: 'workload' as const })),
];

export const CLUSTERS: readonly string[] = ['prod-eu', 'prod-us', 'prod-asia', ...Array.from({ length: 17 }, (_, index) => `edge-${index}`)];
const NAMESPACES: readonly string[] = ['shop', 'payments', ...Array.from({ length: 298 }, (_, index) => `team-${index}`)];
const WORKLOADS: readonly string[] = ['checkout', 'cart', 'search', 'login', 'mailer', 'ledger', 'gateway', 'worker', 'scheduler', 'reports'];
const CAUSES: readonly (readonly [string, string])[] = [
  ['OOMKilled', 'is killed for exceeding its memory limit'],
  ['ImagePullFailed', 'cannot pull its image'],
  ['ProbeFailing', 'does not answer its readiness probe'],
  ['MissingSecret', 'refers to a Secret that is not there'],
  ['DependencyDown', 'cannot reach the database it needs'],
  ['NodeKubeletDown', 'runs on a node whose kubelet is silent'],
  ['VolumeFull', 'has a volume that is full'],
];

/** The same everywhere for one incident: where it is, and why. */
export interface Place {
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  readonly cause: { readonly code: string; readonly title: string };
}

export function placeIn(random: Random): Place {
  const workload = random.oftenFirst(WORKLOADS);
  const [code, what] = random.oftenFirst(CAUSES);
  return { cluster: random.oftenFirst(CLUSTERS), namespace: random.oftenFirst(NAMESPACES), workload, cause: { code, title: `Deployment ${workload} ${what}` } };
}
