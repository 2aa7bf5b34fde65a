import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import type { Series } from '#domain/question.ts';
import { deployed } from './failing-client.ts';
import { container, NOW, pod } from './world.ts';

/** Measurements around a fault that began at 11:40, for the tests of rules about performance. */

const START = Date.parse('2026-03-01T11:30:00Z');

/** Looking at 12:00 at trouble that began at 11:40. */
export const measuredCircumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };

/** Samples every 15 s: usual, then high for eight minutes from 11:40 on, then usual again. */
export function gauge(usual: number, high: number): Series['samples'] {
  return Array.from({ length: 120 }, (_, index) => ({ at: START + index * 15_000, value: index >= 40 && index < 72 ? high : usual }));
}

/** A counter that grows at these rates per second. */
export function counter(usual: number, high: number): Series['samples'] {
  let value = 0;
  return gauge(usual, high).map(({ at, value: rate }) => {
    value += rate * 15;
    return { at, value };
  });
}

/** The median latency of these services of `shop`: 5 ms, but for the slow ones. */
export function latencies(slow: Readonly<Record<string, number>>, names: readonly string[]): readonly Series[] {
  return names.map((name) => ({ labels: { namespace: 'shop', service: name }, samples: gauge(5, slow[name] ?? 5) }));
}

/** The pod of `callingDeployment(name)`, on this node, with a CPU limit of one core. */
export function podOn(name: string, nodeName: string): Pod {
  return pod(`${name}-1`, {
    metadata: { labels: { app: name } },
    spec: { nodeName, containers: [container('app', { resources: { requests: {}, limits: { cpu: '1' } } })] },
  });
}

/** A Deployment that calls these Services at port 80. */
export function calling(name: string, called: readonly string[] = []): Deployment {
  return deployed(
    name,
    called.map((one) => ({ name: `${one.toUpperCase()}_ADDR`, value: `${one}:80` })),
  );
}
