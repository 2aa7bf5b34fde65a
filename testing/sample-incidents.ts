import type { Severity } from '#domain/severity.ts';
import type { IncidentSummary } from '#domain/views.ts';

interface Sketch {
  readonly severity: Severity;
  readonly alertName: string;
  readonly namespace: string;
  readonly openedAt: string;
  readonly closedAt?: string;
  readonly cause?: { readonly code: string; readonly title: string; readonly confidence: string };
  readonly alerts?: { readonly total: number; readonly firing: number };
  readonly state?: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly problem?: string;
  readonly healthy?: boolean;
  readonly inconclusive?: boolean;
  readonly cluster?: string;
}

/** One line of the inbox, out of what differs. */
function sampleIncident(index: number, sketch: Sketch): IncidentSummary {
  const id = `019b8c00-0000-7000-8000-${String(index).padStart(12, '0')}`;
  const cluster = sketch.cluster ?? 'default';
  const alerts = sketch.alerts ?? { total: 1, firing: sketch.closedAt ? 0 : 1 };
  const state = sketch.state ?? 'completed';
  return {
    incident: {
      id,
      cluster,
      group: `{}:{alertname="${sketch.alertName}"}`,
      title: sketch.cause?.title ?? `${sketch.alertName} (${alerts.total})`,
      severity: sketch.severity,
      state: sketch.closedAt ? 'closed' : 'open',
      openedAt: sketch.openedAt,
      updatedAt: sketch.openedAt,
      closedAt: sketch.closedAt ?? null,
    },
    investigation: {
      id: `i${index}`,
      incidentId: id,
      cluster,
      state,
      priority: 40,
      attempts: state === 'queued' ? 0 : 1,
      createdAt: sketch.openedAt,
      startedAt: state === 'queued' ? null : sketch.openedAt,
      completedAt: state === 'completed' ? sketch.openedAt : null,
      problem: sketch.problem ?? null,
    },
    cause: sketch.cause ?? null,
    alerts,
    lead: { alertName: sketch.alertName, namespace: sketch.namespace, fingerprint: `f${String(index).padStart(15, '0')}` },
    healthy: sketch.healthy ?? false,
    inconclusive: sketch.inconclusive ?? false,
  };
}

/** An inbox with everything in it that can be. */
export const sampleIncidents: { readonly open: readonly IncidentSummary[]; readonly closed: readonly IncidentSummary[] } = {
  open: [
    sampleIncident(1, {
      severity: 'critical',
      alertName: 'KubeNodeNotReady',
      namespace: 'Unknown',
      openedAt: '2026-01-05T02:58:00.000Z',
      cause: { code: 'KubeletDown', title: 'Node worker-3 is not ready: its kubelet stopped reporting at 02:56', confidence: 'certain' },
      alerts: { total: 41, firing: 38 },
      cluster: 'eu-west',
    }),
    sampleIncident(2, { severity: 'critical', alertName: 'HighErrorRate', namespace: 'payments', openedAt: '2026-01-05T03:12:31.000Z', state: 'running' }),
    sampleIncident(3, {
      severity: 'warning',
      alertName: 'KubePodCrashLooping',
      namespace: 'production',
      openedAt: '2026-01-05T03:09:10.000Z',
      cause: { code: 'OOMKilled', title: 'Container server of checkout is killed for exceeding its memory limit of 128Mi', confidence: 'certain' },
      alerts: { total: 3, firing: 2 },
    }),
    sampleIncident(4, { severity: 'warning', alertName: 'KubeHpaMaxedOut', namespace: 'search', openedAt: '2026-01-05T01:20:00.000Z', inconclusive: true }),
    sampleIncident(5, {
      severity: 'warning',
      alertName: 'PrometheusTargetMissing',
      namespace: 'monitoring',
      openedAt: '2026-01-05T03:12:40.000Z',
      state: 'queued',
    }),
    sampleIncident(6, {
      severity: 'unknown',
      alertName: 'a-name-that-somebody-generated-and-nobody-shortened-because-prometheus-allows-it',
      namespace: 'team-with-a-very-long-namespace-name-0123456789',
      openedAt: '2026-01-04T22:00:00.000Z',
      state: 'failed',
      problem: 'the Kubernetes API did not answer within 10 s',
    }),
    sampleIncident(7, { severity: 'info', alertName: 'CPUThrottlingHigh', namespace: 'batch', openedAt: '2026-01-03T10:00:00.000Z', healthy: true }),
  ],
  closed: [
    sampleIncident(8, {
      severity: 'critical',
      alertName: 'KubeDeploymentReplicasMismatch',
      namespace: 'production',
      openedAt: '2026-01-04T09:00:00.000Z',
      closedAt: '2026-01-04T09:26:00.000Z',
      cause: { code: 'ImageNotFound', title: 'Image registry.example.com/web:1.14.2-rc does not exist', confidence: 'certain' },
      alerts: { total: 4, firing: 0 },
    }),
    sampleIncident(9, {
      severity: 'warning',
      alertName: 'KubeJobFailed',
      namespace: 'batch',
      openedAt: '2026-01-03T00:05:00.000Z',
      closedAt: '2026-01-03T06:05:00.000Z',
      state: 'cancelled',
      problem: 'Resolved before the investigation began.',
    }),
  ],
};
