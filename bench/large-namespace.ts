import type { Episode } from '#domain/episode.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import type { Topic } from '#domain/question.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { investigate } from '#investigate/investigate.ts';
import { RULES } from '#rules/registry.ts';
import type { Source } from '#sources/source.ts';
import { askIn, container, event, meta, NOW, node, pod, podSpec, service, type World } from '#testing/world.ts';

/**
 * How the diagnosis grows with the namespace: `npm run bench:namespace`. Pods from 10 to 5,000 with ten events each, one workload broken;
 * milliseconds and memory for each, and the exponent of growth fitted over all sizes (1 is linear).
 */
const sizes = [10, 50, 200, 500, 1000, 2000, 5000];
const points: { readonly pods: number; readonly ms: number }[] = [];
console.log('    pods   events       ms   memory MB   first cause');
for (const size of sizes) {
  const world = worldOf(size);
  await run(world);
  const times = [];
  let cause = '';
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    cause = await run(world);
    times.push(performance.now() - began);
  }
  const ms = times.toSorted((left, right) => left - right)[1] ?? 0;
  points.push({ pods: size, ms });
  console.log(
    [size, size * 10].map((number) => String(number).padStart(8)).join(' ') +
      ms.toFixed(0).padStart(9) +
      (process.memoryUsage.rss() / 1_048_576).toFixed(0).padStart(12) +
      `   ${cause}`,
  );
}
console.log(`\nexponent of growth: ${slope(points.slice(2)).toFixed(2)} (from 200 pods on)`);

async function run(world: World): Promise<string> {
  const ask = askIn(world);
  const source: Source = {
    name: 'made up',
    topics: new Set([...Object.keys(TOPIC_FACTS), 'logs', 'metrics'] as Topic[]),
    answer: ask,
    check: async () => ({ state: 'ok', detail: '' }),
    close: async () => {},
  };
  const analysis = await investigate(
    { incident: { id: 'bench', cluster: 'default' }, episodes: [episode()] },
    { sources: [source], rules: RULES, clock: () => new Date(NOW), stopwatch: () => performance.now(), signal: AbortSignal.timeout(120_000), step: () => {} },
  );
  return analysis.root_causes[0]?.code ?? 'none';
}

/** Deployments of ten replicas with a Service each; the pods of the first run out of memory. */
function worldOf(pods: number): World {
  const deployments: Deployment[] = [];
  const all: Pod[] = [];
  const events: KubernetesEvent[] = [];
  for (let index = 0; index < Math.ceil(pods / 10); index += 1) {
    const name = `app-${index}`;
    const labels = { app: name };
    const spec = podSpec({
      containers: [
        container('server', {
          resources: { requests: {}, limits: { memory: '128Mi' } },
          ports: [{ containerPort: 8080 }],
          env: [{ name: 'NEXT', value: `http://app-${index + 1}:80` }],
        }),
      ],
    });
    const bad = index === 0;
    deployments.push({
      kind: 'Deployment',
      metadata: meta(name, { uid: `uid-of-${name}`, labels }),
      spec: { replicas: 10, selector: { matchLabels: labels, matchExpressions: [] }, template: { metadata: meta('', { labels }), spec }, strategy: {} },
      status: {
        replicas: 10,
        updatedReplicas: 10,
        readyReplicas: bad ? 0 : 10,
        availableReplicas: bad ? 0 : 10,
        unavailableReplicas: bad ? 10 : 0,
        conditions: [],
      },
    });
    for (let replica = 0; replica < 10; replica += 1) {
      const killed = { reason: 'OOMKilled', exitCode: 137, startedAt: '2026-03-01T11:50:00Z', finishedAt: '2026-03-01T11:55:00Z' };
      const one = pod(`${name}-abc-${replica}`, {
        metadata: { labels, ownerReferences: [{ kind: 'ReplicaSet', name: `${name}-abc`, uid: `uid-of-${name}`, controller: true }] },
        spec: { ...spec, nodeName: `node-${replica}` },
        ...(bad
          ? {
              status: {
                conditions: [{ type: 'Ready', status: 'False' }],
                containerStatuses: [
                  { name: 'server', ready: false, restartCount: 7, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: killed } },
                ],
              },
            }
          : {}),
      });
      all.push(one);
      for (let number = 0; number < 10; number += 1)
        events.push(event(one, number % 2 ? 'Pulled' : 'Started', `Container image "server" already present (${number})`, { type: 'Normal' }));
    }
  }
  return {
    deployments,
    pods: all,
    events,
    services: deployments.map(({ metadata }) => service(metadata.name)),
    nodes: Array.from({ length: 10 }, (_, index) => node(`node-${index}`)),
  };
}

function episode(): Episode {
  return {
    id: 'e',
    cluster: 'default',
    fingerprint: 'f',
    state: 'open',
    startsAt: '2026-03-01T11:58:00Z',
    endsAt: null,
    labels: { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'app-0-abc-0' },
    annotations: {},
    generatorUrl: '',
    externalUrl: '',
    truncatedAlerts: 0,
    firstSeenAt: NOW,
    lastSeenAt: NOW,
    repeats: 0,
    incidentId: 'bench',
  };
}

/** Least squares on logarithms. */
function slope(of: readonly { readonly pods: number; readonly ms: number }[]): number {
  const xs = of.map(({ pods }) => Math.log(pods));
  const ys = of.map(({ ms }) => Math.log(ms));
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [mx, my] = [mean(xs), mean(ys)];
  return xs.reduce((sum, x, index) => sum + (x - mx) * ((ys[index] ?? 0) - my), 0) / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}
