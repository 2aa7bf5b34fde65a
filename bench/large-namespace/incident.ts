import type { Episode } from '#domain/episode.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import type { Topic } from '#domain/question.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { askIn, container, event, meta, NOW, node, pod, podSpec, service, type World } from '#testing/world.ts';
import type { RecordedIncident } from '../diagnosis/incident.ts';

/** An incident in a namespace of so many pods: the pods of one workload run out of memory, ten events for each pod. */
export function largeNamespace(pods: number): RecordedIncident {
  return {
    id: 'bench',
    takenAt: NOW,
    source: {
      name: 'made up',
      topics: new Set([...Object.keys(TOPIC_FACTS), 'logs', 'metrics'] as Topic[]),
      answer: askIn(worldOf(pods)),
      check: async () => ({ state: 'ok', detail: '' }),
      close: async () => {},
    },
    episodes: [episode()],
  };
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
