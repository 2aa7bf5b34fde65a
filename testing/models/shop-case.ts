import type { Answer } from '#agent/answer.ts';
import type { Limits } from '#agent/budget.ts';
import type { AlertFacts } from '#agent/digest.ts';
import type { Llm } from '#agent/model.ts';
import type { AgentRun } from '#agent/run-agent.ts';
import type { Analysis } from '#domain/report.ts';
import { queryFor } from '#report/kubectl.ts';
import { plainFields } from '#report/plain-fields.ts';
import { inconclusive } from '#testing/sample-analysis.ts';
import { askIn, container, event, meta, NOW, node, pod, service, type World } from '#testing/world.ts';

const POD = 'checkout-6d9f7c5b48-x2vlq';

const crashing = pod(POD, {
  metadata: {
    labels: { app: 'checkout', 'pod-template-hash': '6d9f7c5b48' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'checkout-6d9f7c5b48', uid: 'rs-2', controller: true }],
  },
  spec: {
    nodeName: 'worker-3',
    containers: [
      container('server', {
        image: 'registry.example/checkout:2.4',
        env: [
          { name: 'DATABASE_HOST', value: 'orders-db' },
          { name: 'DB_PASSWORD', value: 'hunter2-in-plain' },
        ],
        resources: { requests: {}, limits: { memory: '128Mi' } },
      }),
    ],
  },
  status: {
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
    containerStatuses: [
      {
        name: 'server',
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-03-01T11:58:00Z' } },
      },
    ],
  },
});

/** Namespace shop: checkout crashes since its ConfigMap points to a database that does not exist. */
export const shopWorld: World = {
  pods: [crashing, pod('orders-db-0', { metadata: { labels: { app: 'orders-db' } } })],
  events: [event(crashing, 'BackOff', `Back-off restarting failed container server in pod ${POD}`, { count: 19 })],
  services: [service('checkout'), service('orders-db')],
  nodes: [node('worker-3')],
  configmaps: [
    {
      kind: 'ConfigMap',
      metadata: meta('checkout-config'),
      data: { 'database.name': 'order', 'database.port': '5433', 'smtp.password': 'mail-s3cret' },
      binaryKeys: [],
    },
  ],
  logs: {
    [`shop/${POD}/server previous`]: [
      'INFO connecting to orders-db:5433',
      'DEBUG token=ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2 user=jane.doe@example.com',
      'FATAL dial tcp 10.96.0.10:5433: connect: connection refused',
    ],
    [`shop/${POD}/server`]: ['INFO starting'],
  },
};

/** What the rules made of it: nothing certain. */
export const shopAnalysis: Analysis = {
  ...inconclusive,
  degraded: ['Prometheus: not configured'],
  summary: 'The cause was not found.',
  impact: '',
  timeline: [],
  ruled_out: [{ code: 'OOMKilled', why: 'No container was killed for memory.', evidence: ['E1'] }],
  actions: [{ kind: 'immediate', text: 'See what is not ready in shop.', command: 'kubectl -n shop get pods -o wide', risk: 'none', cause: null }],
  evidence: [
    {
      id: 'E1',
      source: 'kubernetes',
      title: `Pod shop/${POD}`,
      subject: { kind: 'Pod', namespace: 'shop', name: POD },
      query: `kubectl -n shop get pod ${POD} -o yaml`,
      observed_at: NOW,
      excerpt: 'restartCount: 7\nlastState:\n  terminated:\n    exitCode: 1\n    reason: Error',
      data: {},
    },
    {
      id: 'E2',
      source: 'kubernetes',
      title: `Events of Pod shop/${POD}`,
      subject: { kind: 'Pod', namespace: 'shop', name: POD },
      query: 'kubectl -n shop get events',
      observed_at: NOW,
      excerpt: 'Warning BackOff x19 Back-off restarting failed container server',
      data: {},
    },
  ],
  usage: { duration_ms: 100, kubernetes_requests: 12, llm: null },
};

/** The alert is E3: the rules have two. What tools find begins with E4. */
export const shopAlerts: readonly AlertFacts[] = [
  {
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: POD, severity: 'warning' },
    annotations: { summary: 'Pod is crash looping.' },
    startsAt: '2026-03-01T11:50:00Z',
  },
];

export const limits: Limits = { steps: 8, seconds: 20, tokens: 200_000, outputTokens: 2_000, contextTokens: 32_000, costUsd: 1 };

/** Asks for pods, the log before the last restart (E5) and the ConfigMap (E6) at once. */
export const LOOK = [
  { name: 'list_objects', input: { kind: 'pods', namespace: 'shop' } },
  { name: 'read_log', input: { namespace: 'shop', pod: POD, previous: true } },
  { name: 'describe_object', input: { kind: 'ConfigMap', namespace: 'shop', name: 'checkout-config' } },
] as const;

/** An honest answer after LOOK. */
export const honest: Answer = {
  causes: [
    {
      code: 'DependencyWrongPort',
      title: 'Container server of checkout connects to orders-db on port 5433, where the connection is refused',
      subject: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
      confidence: 'certain',
      explanation: 'The server exits with code 1 after its connection to port 5433 is refused. It was restarted 7 times.',
      reasons: [
        { evidence: 'E5', quote: 'dial tcp 10.96.0.10:5433: connect: connection refused', statement: 'The connection to port 5433 is refused.' },
        { evidence: 'E4', quote: 'restarts=7', statement: 'Container server was restarted 7 times and last ended with exit 1.' },
        { evidence: 'E6', quote: 'database.port: "5433"', statement: 'The ConfigMap checkout-config sets the port 5433.' },
      ],
    },
  ],
  actions: [
    { cause: 1, kind: 'immediate', text: 'See which ports the Service offers.', command: 'kubectl -n shop describe pod orders-db-0' },
    { cause: 1, kind: 'fix', text: 'Correct database.port in the ConfigMap.', command: 'kubectl -n shop edit configmap checkout-config' },
  ],
  ruled_out: [],
  inconclusive: false,
};

/** A run over the shop, but for what is said. */
export function shopRun(llm: Llm, more: Partial<AgentRun> & { readonly world?: World } = {}): AgentRun {
  return {
    analysis: shopAnalysis,
    alerts: shopAlerts,
    ask: askIn(more.world ?? shopWorld),
    llm,
    limits,
    clock: () => new Date(NOW),
    stopwatch: () => performance.now(),
    pause: async () => undefined,
    mark: 'q7Zk2',
    redactPatterns: [],
    query: queryFor,
    plainFields,
    step: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

/** Everything on a report that a model may have written, in one text. */
export function modelWritten(analysis: Analysis): string {
  const { evidence: _, ...rest } = analysis;
  return JSON.stringify(rest);
}
