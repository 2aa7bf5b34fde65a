import { describe, expect, it } from 'vitest';
import type { Episode } from '#domain/episode.ts';
import { list, log, type Question, type Topic } from '#domain/question.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { defineRule, ruledOut, undecided } from '#rules/rule.ts';
import { podRef } from '#rules/support/pods.ts';
import { askIn, container, meta, NOW, node, pod, podSpec, service, type World } from '#testing/world.ts';
import { MOST_WORKLOADS } from './choose-logs.ts';
import { investigate } from './investigate.ts';

const COUNT = MOST_WORKLOADS + 40;

interface App {
  readonly ready?: boolean;
  readonly calls?: string;
  readonly restarts?: number;
}

/** Workloads `a00`, `a01` ... with a Service and a pod each. */
function appsOf(count: number, apps: Readonly<Record<string, App>>): World {
  const names = Array.from({ length: count }, (_, index) => `a${String(index).padStart(2, '0')}`);
  const made = names.map((name) => {
    const { ready = true, calls = '', restarts = 0 } = apps[name] ?? {};
    const spec = podSpec({ containers: [container('main', { env: [{ name: 'NEXT', value: calls && `http://${calls}:8080` }] })], nodeName: 'node-1' });
    const labels = { app: name };
    const status = {
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: ready ? 1 : 0,
      availableReplicas: ready ? 1 : 0,
      unavailableReplicas: ready ? 0 : 1,
      conditions: [],
    };
    return {
      deployment: {
        kind: 'Deployment',
        metadata: meta(name, { uid: `uid-of-${name}`, labels }),
        spec: { replicas: 1, selector: { matchLabels: labels, matchExpressions: [] }, template: { metadata: meta('', { labels }), spec }, strategy: {} },
        status,
      },
      pod: pod(`${name}-x`, {
        metadata: { labels, ownerReferences: [{ kind: 'ReplicaSet', name, uid: `uid-of-${name}`, controller: true }] },
        spec,
        status: { containerStatuses: [{ name: 'main', ready, restartCount: restarts, state: { running: {} }, lastState: {} }] },
      }),
      service: service(name, { spec: { selector: labels } }),
    };
  });
  return {
    deployments: made.map((one) => one.deployment),
    pods: made.map((one) => one.pod),
    services: made.map((one) => one.service),
    nodes: [node('node-1')],
  };
}

const readsLogs = defineRule({
  id: 'reads-logs',
  code: 'ReadsLogs',
  summary: '',
  about: 'Workload',
  role: 'cause',
  symptoms: [],
  needs: ['pods', 'logs'],
  references: [],
  async judge(workload, ask) {
    const pods = await ask(list('pods', workload.ref.namespace));
    if (pods.outcome === 'unavailable') return undecided(pods);
    const own = pods.outcome === 'present' ? pods.data.find(({ metadata }) => metadata.labels['app'] === workload.ref.name) : undefined;
    if (!own) throw new Error('every workload has a pod');
    const lines = await ask(log(podRef(own), 'main'));
    return lines.outcome === 'unavailable' ? undecided(lines) : ruledOut(pods, 'All is well.');
  },
});

/** Whose logs were read, and what the report says could not be. */
async function logsRead(world: World, labels: Readonly<Record<string, string>> = {}) {
  const asked = new Set<string>();
  const ask = askIn(world);
  const episode = { id: 'e', cluster: 'c', fingerprint: 'f', state: 'open', startsAt: '2026-03-01T11:58:00Z', endsAt: null, annotations: {}, generatorUrl: '' };
  const { degraded } = await investigate(
    { incident: { id: 'i', cluster: 'c' }, episodes: [{ ...episode, labels: { alertname: 'Slow', namespace: 'shop', ...labels } } as unknown as Episode] },
    {
      sources: [
        {
          name: 'world',
          topics: new Set([...Object.keys(TOPIC_FACTS), 'logs', 'metrics'] as Topic[]),
          answer: (question: Question) => {
            if (question.about === 'log') asked.add(question.pod.slice(0, 3));
            return ask(question) as never;
          },
          check: async () => ({ state: 'ok', detail: '' }),
          close: async () => {},
        },
      ],
      rules: [readsLogs],
      clock: () => new Date(NOW),
      stopwatch: () => 0,
      signal: AbortSignal.timeout(5_000),
      step: () => {},
    },
  );
  return { asked, degraded };
}

describe('logs of very many workloads', () => {
  it('are all read while there are not too many', async () => {
    const { asked, degraded } = await logsRead(appsOf(MOST_WORKLOADS, {}));
    expect([asked.size, degraded]).toEqual([MOST_WORKLOADS, []]);
  });

  it('are read of what is in trouble or named, of what that calls, of its callers and of what restarted; the rest is one line of the report', async () => {
    const { asked, degraded } = await logsRead(
      appsOf(COUNT, {
        a79: { ready: false, calls: 'a78' },
        a78: { calls: 'a77' },
        a76: { calls: 'a75' },
        a74: { restarts: 3 },
        a73: { calls: 'a79' },
      }),
      { deployment: 'a76' },
    );
    expect([...asked]).toEqual(expect.arrayContaining(['a79', 'a78', 'a77', 'a76', 'a75', 'a74', 'a73']));
    expect(asked.size).toBe(MOST_WORKLOADS);
    expect(asked).not.toContain('a72');
    expect(degraded).toEqual([`The logs of 40 of ${COUNT} workloads were not read: others are nearer to what the alerts are about.`]);
  });

  it('are read of the named one first where more are in trouble than can be read', async () => {
    const broken = Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`a${String(index).padStart(2, '0')}`, { ready: false }]));
    const { asked } = await logsRead(appsOf(COUNT, broken), { deployment: 'a79' });
    expect(asked).toContain('a79');
    expect(asked.size).toBe(MOST_WORKLOADS);
  });
});
