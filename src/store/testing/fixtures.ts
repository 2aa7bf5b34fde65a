import type { Alert, Delivery, LabelSet } from '#domain/alert.ts';
import type { Claim } from '#domain/investigation.ts';
import type { Analysis, ReportCause } from '#domain/report.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import type { Store } from '../store.ts';

/** A store that is open and migrated, and whose clock the suite moves. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly now: () => Date;
  readonly advance: (ms: number) => void;
  /** Resolves when nothing is left to do behind the writes, where there is such work. */
  readonly settled?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const LEASE_MS = 30_000;
export const POLICY = { correlationWindowMs: 10 * MINUTE };

const nextDeliveryId = createUuidV7();

/** A firing alert, out of what matters to the test. The fingerprint is its own name. */
export function alert(fingerprint: string, changes: Partial<Omit<Alert, 'labels'>> & { readonly labels?: LabelSet } = {}): Alert {
  return {
    fingerprint,
    status: 'firing',
    annotations: { summary: `about ${fingerprint}` },
    startsAt: '2026-01-05T10:00:00Z',
    endsAt: null,
    generatorUrl: 'http://prometheus.test/graph',
    ...changes,
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', severity: 'warning', ...changes.labels },
  };
}

export function resolvedAlert(fingerprint: string, changes: Parameters<typeof alert>[1] = {}): Alert {
  return alert(fingerprint, { status: 'resolved', endsAt: '2026-01-05T10:30:00Z', ...changes });
}

/** A delivery of these alerts as one group. */
export function delivery(alerts: readonly Alert[], changes: Partial<Delivery> = {}): Delivery {
  return {
    id: nextDeliveryId(),
    cluster: 'default',
    receivedAt: '2026-01-05T10:00:30.000Z',
    remoteAddress: '192.0.2.7',
    userAgent: 'Alertmanager/0.33.1',
    receiver: 'oncallm',
    groupKey: '{}:{namespace="shop"}',
    groupLabels: { namespace: 'shop' },
    commonLabels: {},
    commonAnnotations: {},
    externalUrl: 'http://alertmanager.test',
    truncatedAlerts: 0,
    notificationReason: '',
    alerts,
    body: JSON.stringify({ alerts }),
    ...changes,
  };
}

/** An answer with one cause, or none. */
export function analysis(cause: Partial<ReportCause> | null = {}, changes: Partial<Analysis> = {}): Analysis {
  const subject = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
  const first: ReportCause = {
    rank: 1,
    code: 'OOMKilled',
    title: 'Container server was killed for exceeding its memory limit',
    subject,
    confidence: 'certain',
    explanation: '',
    evidence: [],
    rule: 'out-of-memory',
    since: null,
    affects: [],
    reasons: [],
    ...cause,
  };
  const text = { root_cause: '', conclusion: '', diagnosis: '', summary_of_findings: '', recommended_actions: '', recommendations: '', solution: '' };
  return {
    mode: 'rules',
    degraded: [],
    summary: 'Why it fired.',
    root_causes: cause === null ? [] : [first],
    inconclusive: cause === null,
    healthy: false,
    ruled_out: [],
    consequences: [],
    impact: '',
    timeline: [],
    actions: [],
    evidence: [],
    usage: { duration_ms: 1, kubernetes_requests: 0, llm: null },
    ...text,
    ...changes,
  };
}

/** The next claim; fails the test when there is none. */
export async function claimNext(store: Store, worker = 'worker-1'): Promise<Claim> {
  const claim = await store.claim(worker, LEASE_MS);
  if (claim === undefined) throw new Error('nothing to claim');
  return claim;
}

/** The state of an investigation; `gone` when there is none. */
export async function stateOf(store: Store, investigationId: string): Promise<string> {
  return (await store.investigation(investigationId))?.state ?? 'gone';
}
