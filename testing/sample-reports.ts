import type { Analysis, Report } from '#domain/report.ts';
import { healthy, inconclusive, outOfMemory } from './sample-analysis.ts';

/** The time at which the samples are looked at: four minutes after the alert fired. */
export const SAMPLE_NOW = '2026-01-05T03:13:00.000Z';

const firing: Report = {
  fingerprint: 'b2c4f0a91d3e5f67',
  alert_name: 'KubePodCrashLooping',
  namespace: 'production',
  cluster: 'default',
  status: 'completed',
  status_reason: null,
  created_at: '2026-01-05T03:12:08.000Z',
  completed_at: '2026-01-05T03:12:10.000Z',
  report_url: 'http://localhost:8001/report/b2c4f0a91d3e5f67',
  alert: {
    status: 'firing',
    labels: {
      alertname: 'KubePodCrashLooping',
      container: 'server',
      namespace: 'production',
      pod: 'checkout-6d9f7c5b48-x2vlq',
      prometheus: 'monitoring/kube-prometheus-stack-prometheus',
      severity: 'warning',
    },
    annotations: {
      summary: 'Pod is crash looping.',
      description: 'Pod production/checkout-6d9f7c5b48-x2vlq (server) is in waiting state (reason: "CrashLoopBackOff").',
      runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping',
      dashboard_url: 'https://grafana.example.com/d/checkout/checkout?orgId=1',
    },
    startsAt: '2026-01-05T03:09:10.000Z',
    endsAt: null,
    generatorURL: 'http://prometheus:9090/graph?g0.expr=max_over_time%28kube_pod_container_status_waiting_reason%5B5m%5D%29+%3E%3D+1&g0.tab=1',
    last_seen_at: '2026-01-05T03:12:08.000Z',
    repeats: 0,
    truncated_alerts: 0,
    externalURL: 'http://alertmanager:9093',
  },
  incident: {
    id: '019b8c00-0000-7000-8000-000000000001',
    title: 'Container server of checkout is killed for exceeding its memory limit of 128Mi',
    severity: 'warning',
    state: 'open',
    split_from: null,
    alerts: [
      {
        fingerprint: 'b2c4f0a91d3e5f67',
        alert_name: 'KubePodCrashLooping',
        namespace: 'production',
        status: 'firing',
        about: 'Pod checkout-6d9f7c5b48-x2vlq',
        joined_by: '',
      },
      {
        fingerprint: '77ab3301fe9912c0',
        alert_name: 'KubeDeploymentReplicasMismatch',
        namespace: 'production',
        status: 'firing',
        about: 'Deployment checkout',
        joined_by: 'workload/production/checkout',
      },
      {
        fingerprint: '0c5d17be44aa9e21',
        alert_name: 'KubePodNotReady',
        namespace: 'production',
        status: 'resolved',
        about: 'Pod checkout-6d9f7c5b48-x2vlq',
        joined_by: 'cause/OOMKilled',
      },
    ],
  },
  investigation: {
    id: '019b8c00-0000-7000-8000-0000000000a1',
    attempts: 1,
    created_at: '2026-01-05T03:12:08.000Z',
    started_at: '2026-01-05T03:12:08.300Z',
    queue_position: null,
  },
  flapping: null,
  history: [
    { episode: 'e2', startsAt: '2026-01-05T03:09:10.000Z', endsAt: null, state: 'open', cause: outOfMemory.root_causes[0]?.title ?? null },
    {
      episode: 'e1',
      startsAt: '2025-12-19T14:02:00.000Z',
      endsAt: '2025-12-19T14:31:00.000Z',
      state: 'resolved',
      cause: 'ConfigMap production/checkout-config has no key PRICE_TABLE_URL, which container server needs',
    },
    { episode: 'e0', startsAt: '2025-12-02T08:40:00.000Z', endsAt: null, state: 'stale', cause: null },
  ],
  analysis: outOfMemory,
};

const over = (change: Partial<Report>): Report => ({ ...firing, ...change });
const withAlert = (change: Partial<Report['alert']>, rest: Partial<Report> = {}): Report => ({ ...firing, ...rest, alert: { ...firing.alert, ...change } });
const answered = (analysis: Analysis): Report => over({ analysis });

const LONG_NAME = 'checkout-service-with-a-name-that-somebody-generated-and-nobody-shortened-because-kubernetes-allows-253-characters';
const hostileText = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> \u202Egnp.exe\u0007 ${LONG_NAME}`;

const hostileAnalysis: Analysis = {
  ...outOfMemory,
  summary: hostileText,
  degraded: [hostileText],
  impact: hostileText,
  root_causes: outOfMemory.root_causes.map((cause) => ({
    ...cause,
    code: hostileText,
    title: hostileText,
    explanation: hostileText,
    subject: { kind: 'Deployment', namespace: 'production', name: hostileText },
    reasons: cause.reasons.map(() => hostileText),
  })),
  consequences: outOfMemory.consequences.map((consequence) => ({ ...consequence, title: hostileText, code: LONG_NAME })),
  ruled_out: outOfMemory.ruled_out.map((exclusion) => ({ ...exclusion, why: hostileText })),
  timeline: [
    ...outOfMemory.timeline.map((entry) => ({ ...entry, what: hostileText })),
    { at: 'not a time', what: 'no time at all', subject: null, evidence: 'E99"><script>' },
    { at: '+275760-09-13T00:00:00Z', what: 'the end of time', subject: null, evidence: null },
  ],
  actions: outOfMemory.actions.map((action) => ({ ...action, text: hostileText, command: `echo '${hostileText}'\n${'x'.repeat(20_000)}` })),
  evidence: outOfMemory.evidence.map((item) => ({ ...item, title: hostileText, query: hostileText, excerpt: `${hostileText}\n${'y'.repeat(1_048_576)}` })),
};

/** One report for every state that the page can be in. */
export const sampleReports = {
  answered: firing,
  queued: over({
    status: 'queued',
    completed_at: null,
    analysis: null,
    investigation: { id: 'i', attempts: 0, created_at: '2026-01-05T03:12:08.000Z', started_at: null, queue_position: 3 },
  }),
  investigating: over({ status: 'investigating', completed_at: null, analysis: null }),
  partial: over({ status: 'investigating', completed_at: null }),
  failed: over({
    status: 'failed',
    status_reason: 'Given up after 5 attempts. Last: the Kubernetes API did not answer within 10 s (https://10.96.0.1:443).',
    analysis: null,
  }),
  watchdog: withAlert(
    {
      labels: { alertname: 'Watchdog', severity: 'none', prometheus: 'monitoring/kube-prometheus-stack-prometheus' },
      annotations: { summary: 'An alert that should always be firing to certify that Alertmanager is working properly.' },
    },
    {
      alert_name: 'Watchdog',
      namespace: 'Unknown',
      status: 'skipped',
      status_reason: 'Watchdog fires always, by design: it shows that alerts arrive.',
      incident: null,
      investigation: null,
      analysis: null,
      history: firing.history.slice(0, 1).map((episode) => ({ ...episode, cause: null })),
    },
  ),
  resolvedFirst: withAlert(
    { status: 'resolved', endsAt: '2026-01-05T03:12:00.000Z' },
    { status: 'skipped', status_reason: 'Resolved before the investigation began.', analysis: null, completed_at: '2026-01-05T03:12:08.000Z' },
  ),
  resolved: withAlert({ status: 'resolved', endsAt: '2026-01-05T03:12:30.000Z' }),
  stale: withAlert({ status: 'stale', last_seen_at: '2026-01-04T19:12:08.000Z', startsAt: '2026-01-04T18:09:10.000Z' }),
  truncated: withAlert({ truncated_alerts: 37, repeats: 4 }),
  healthy: answered(healthy),
  inconclusive: answered(inconclusive),
  withModel: answered({
    ...outOfMemory,
    mode: 'rules+llm',
    usage: {
      duration_ms: 18_412,
      kubernetes_requests: 22,
      llm: {
        model: 'gpt-5-mini',
        steps: 6,
        input_tokens: 31_204,
        output_tokens: 1_830,
        cost_usd: 0.0123,
        fast: { model: 'gpt-5-nano', steps: 1, input_tokens: 9_000, output_tokens: 40, cost_usd: 0.0005 },
      },
    },
  }),
  hostile: withAlert(
    {
      labels: { ...firing.alert.labels, alertname: hostileText, huge: 'z'.repeat(1_048_576), [`${hostileText}=`]: hostileText, severity: hostileText },
      annotations: { ...firing.alert.annotations, runbook_url: 'javascript:window.hacked=1', description: hostileText },
      generatorURL: 'javascript:window.hacked=1',
      externalURL: 'data:text/html,<script>window.hacked=1</script>',
    },
    { alert_name: hostileText, namespace: LONG_NAME, analysis: hostileAnalysis, status_reason: hostileText },
  ),
} as const satisfies Readonly<Record<string, Report>>;
