import type { Analysis, ReportEvidence, ReportSubject } from '#domain/report.ts';

const checkout: ReportSubject = { kind: 'Deployment', namespace: 'production', name: 'checkout' };
const pod: ReportSubject = { kind: 'Pod', namespace: 'production', name: 'checkout-6d9f7c5b48-x2vlq' };

const evidence: readonly ReportEvidence[] = [
  {
    id: 'E1',
    source: 'kubernetes',
    title: 'Pods of Deployment production/checkout',
    subject: pod,
    query: 'kubectl get pod checkout-6d9f7c5b48-x2vlq -n production -o yaml',
    observed_at: '2026-01-05T03:12:09Z',
    excerpt:
      'containerStatuses:\n- name: server\n  restartCount: 7\n  lastState:\n    terminated:\n      exitCode: 137\n      reason: OOMKilled\n      finishedAt: "2026-01-05T03:10:41Z"\n  state:\n    waiting:\n      reason: CrashLoopBackOff',
    data: {},
  },
  {
    id: 'E2',
    source: 'kubernetes',
    title: 'Events of Pod production/checkout-6d9f7c5b48-x2vlq',
    subject: pod,
    query: 'kubectl get events -n production --field-selector involvedObject.name=checkout-6d9f7c5b48-x2vlq',
    observed_at: '2026-01-05T03:12:09Z',
    excerpt: 'Warning  BackOff  x19  Back-off restarting failed container server in pod checkout-6d9f7c5b48-x2vlq',
    data: {},
  },
  {
    id: 'E3',
    source: 'change',
    title: 'What revision 42 changed',
    subject: checkout,
    query: 'kubectl rollout history deployment/checkout -n production --revision=42',
    observed_at: '2026-01-05T03:12:10Z',
    excerpt: '  containers/server/resources/limits/memory:\n-   512Mi\n+   128Mi',
    data: {},
  },
  {
    id: 'E4',
    source: 'prometheus',
    title: 'Working set of container server',
    subject: pod,
    query: 'max by (pod) (container_memory_working_set_bytes{namespace="production", container="server"})',
    observed_at: '2026-01-05T03:12:10Z',
    excerpt: '03:04  97 MiB\n03:06  118 MiB\n03:08  127 MiB\n03:10  128 MiB',
    data: {},
  },
  {
    id: 'E5',
    source: 'logs',
    title: 'Last lines of the previous container server',
    subject: pod,
    query: 'kubectl logs checkout-6d9f7c5b48-x2vlq -n production -c server --previous --tail=20',
    observed_at: '2026-01-05T03:12:10Z',
    excerpt: '03:10:38 INFO  loaded price table, 48231 rows\n03:10:39 INFO  warming product cache\n03:10:40 INFO  warming product cache, 61%',
    data: {},
  },
];

/** A complete answer of the rules: a memory limit that a rollout made too small. */
export const outOfMemory: Analysis = {
  mode: 'rules',
  degraded: ['Loki: not configured', 'Secrets in namespace production: OnCallM may not list them (forbidden)'],
  summary:
    'The server container of checkout is killed whenever it exceeds its memory limit of 128Mi, which revision 42 lowered from 512Mi six minutes before the alert.',
  root_causes: [
    {
      rank: 1,
      code: 'OOMKilled',
      title: 'Container server of checkout is killed for exceeding its memory limit of 128Mi',
      subject: checkout,
      confidence: 'certain',
      explanation:
        'The kernel killed the container 7 times in 9 minutes. Its working set reaches the limit about 40 seconds after each start, while it warms its cache. Revision 42 lowered the limit from 512Mi to 128Mi; revision 41 ran for 11 days without a restart.',
      evidence: ['E1', 'E3', 'E4'],
      rule: 'out-of-memory',
      since: '2026-01-05T03:03:20Z',
      affects: [pod, { kind: 'Service', namespace: 'production', name: 'checkout' }],
      reasons: [
        'The last run of container server ended with OOMKilled, exit code 137.',
        'Revision 42 lowered the memory limit of server from 512Mi to 128Mi.',
        'Its working set reached 128 MiB at 03:10.',
      ],
    },
    {
      rank: 2,
      code: 'LivenessProbeTooEager',
      title: 'The liveness probe of server allows only 10 s until the cache is warm',
      subject: checkout,
      confidence: 'possible',
      explanation: 'initialDelaySeconds is 10 and the cache needs about 40 s. No probe failure was recorded, so this is not what ends the container now.',
      evidence: ['E2', 'E5'],
      rule: 'liveness-probe-failing',
      since: null,
      affects: [pod],
      reasons: ['The events show restarts but no failed probe.', 'The cache was at 61% when the log ends.'],
    },
  ],
  inconclusive: false,
  healthy: false,
  ruled_out: [
    { code: 'ImageNotFound', why: 'Every container has its image.', evidence: ['E1'] },
    { code: 'NodeMemoryPressure', why: 'Node worker-3 reports MemoryPressure=False.', evidence: [] },
    { code: 'MissingConfigMap', why: 'All ConfigMaps and Secrets that the pod names exist.', evidence: ['E2'] },
  ],
  consequences: [
    {
      code: 'ServiceWithoutEndpoints',
      title: 'Service production/checkout has no ready endpoints',
      subject: { kind: 'Service', namespace: 'production', name: 'checkout' },
      evidence: ['E1'],
    },
    { code: 'RolloutStuck', title: 'Rollout of revision 42 is stuck at 0 of 3 new pods', subject: checkout, evidence: ['E3'] },
  ],
  impact: '0 of 3 replicas of checkout are ready: requests to Service production/checkout fail since 03:04 UTC.',
  timeline: [
    { at: '2026-01-05T03:03:05Z', what: 'Revision 42 of Deployment checkout is rolled out (memory limit 512Mi to 128Mi)', subject: checkout, evidence: 'E3' },
    { at: '2026-01-05T03:03:20Z', what: 'Container server is killed for the first time (OOMKilled)', subject: pod, evidence: 'E1' },
    { at: '2026-01-05T03:04:02Z', what: 'Service checkout loses its last ready endpoint', subject: null, evidence: 'E1' },
    { at: '2026-01-05T03:06:30Z', what: 'Back-off restarting failed container', subject: pod, evidence: 'E2' },
    { at: '2026-01-05T03:10:41Z', what: 'Container server is killed for the seventh time', subject: pod, evidence: 'E1' },
  ],
  actions: [
    {
      kind: 'immediate',
      text: 'Go back to revision 41, whose limit of 512Mi held for 11 days.',
      command: 'kubectl rollout undo deployment/checkout -n production --to-revision=41',
      risk: 'medium',
      cause: 1,
    },
    {
      kind: 'fix',
      text: 'Set the memory limit of server back to 512Mi where the manifest is kept.',
      command: 'kubectl set resources deployment/checkout -n production -c server --limits=memory=512Mi',
      risk: 'medium',
      cause: 1,
    },
    {
      kind: 'fix',
      text: 'Watch the new pods become ready.',
      command: 'kubectl rollout status deployment/checkout -n production --timeout=5m',
      risk: 'none',
      cause: 1,
    },
    {
      kind: 'prevent',
      text: 'Alert on working set above 90% of the limit, so that the next shrinking limit is seen before the kernel acts.',
      command: '',
      risk: 'none',
      cause: 1,
    },
  ],
  evidence,
  usage: { duration_ms: 412, kubernetes_requests: 14, llm: null },
  root_cause: '',
  conclusion: '',
  diagnosis: '',
  summary_of_findings: '',
  recommended_actions: '',
  recommendations: '',
  solution: '',
};

/** Everything looked at is as it should be. */
export const healthy: Analysis = {
  ...outOfMemory,
  degraded: [],
  summary: 'Nothing is wrong with Deployment production/checkout now: 3 of 3 pods are ready and have not restarted for 2 hours.',
  root_causes: [],
  healthy: true,
  consequences: [],
  impact: '',
  timeline: [],
  actions: [],
  evidence: evidence.slice(0, 2).map((item) => ({ ...item, excerpt: 'status:\n  readyReplicas: 3\n  replicas: 3' })),
};

/** No cause found, some excluded, one place that could not be read. */
export const inconclusive: Analysis = {
  ...outOfMemory,
  degraded: ['Prometheus: no answer from http://prometheus:9090 within 5 s', 'Logs of namespace production: OnCallM may not read them (forbidden)'],
  summary: 'No cause was found for the slow answers of checkout. Its pods are ready and were not restarted; metrics and logs could not be read.',
  root_causes: [],
  inconclusive: true,
  consequences: [],
  impact: 'Unknown: the metrics that would show it could not be read.',
  timeline: outOfMemory.timeline.slice(0, 1),
  actions: [
    {
      kind: 'immediate',
      text: 'Look at the logs of checkout yourself: OnCallM may not read them.',
      command: 'kubectl logs deployment/checkout -n production --since=30m',
      risk: 'none',
      cause: null,
    },
  ],
  evidence: evidence.slice(0, 2),
};
