import type { Present } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { Series } from '#domain/question.ts';
import { parseQuantity } from '#lib/quantity.ts';
import { quantile, rate, type Sample } from '#lib/series.ts';
import type { AskFor, Circumstances } from '../rule.ts';
import { ofContainers } from './metric-questions.ts';
import { type Rise, riseOf } from './rises.ts';

/** How a container uses its processor, in cores. */
export interface CpuUse {
  readonly pod: Pod;
  readonly container: string;
  /** undefined: no limit. */
  readonly limit: number | undefined;
  readonly rise: Rise | undefined;
  /** What nine tenths of the samples stay below. */
  readonly high: number;
  /** The share of the time that it was kept from running at its limit; undefined when that is not measured. */
  readonly throttled: { readonly high: number; readonly rise: Rise | undefined } | undefined;
  readonly fact: Present<readonly Series[]>;
  readonly throttledFact: Present<readonly Series[]> | undefined;
}

/** Doubling from next to nothing is not much: a twentieth of a core is the least that counts. */
const MORE = { ratio: 2, by: 0.05 };
/** Of fewer nothing is concluded, not even that nothing happened. */
const LEAST_SAMPLES = 8;
const MORE_THROTTLED = { ratio: 3, by: 0.1 };

/** The processor use of the containers of these pods; undefined when nothing measures it. */
export async function cpuUseOf(
  namespace: string,
  pods: readonly Pod[],
  ask: AskFor<'metrics'>,
  circumstances: Circumstances,
): Promise<readonly CpuUse[] | undefined> {
  const used = await ask(ofContainers('container_cpu_usage_seconds_total', namespace, circumstances));
  if (used.outcome !== 'present') return undefined;
  const throttled = await throttledOf(namespace, ask, circumstances);
  const uses = used.data.flatMap((series): readonly CpuUse[] => {
    const pod = pods.find(({ metadata }) => metadata.name === series.labels['pod']);
    const container = series.labels['container'] ?? '';
    const spec = pod?.spec.containers.find(({ name }) => name === container);
    if (!pod || !spec) return [];
    const rates = rate(series.samples);
    if (rates.length < LEAST_SAMPLES) return [];
    const kept = throttled?.shares.get(`${pod.metadata.name}/${container}`);
    return [
      {
        pod,
        container,
        limit: parseQuantity(spec.resources.limits['cpu']),
        rise: riseOf(rates, MORE),
        high: quantile(rates, 0.9) ?? 0,
        throttled: kept && kept.length > 0 ? { high: quantile(kept, 0.9) ?? 0, rise: riseOf(kept, MORE_THROTTLED) } : undefined,
        fact: used,
        throttledFact: throttled?.fact,
      },
    ];
  });
  return uses.length > 0 ? uses : undefined;
}

interface Throttled {
  readonly fact: Present<readonly Series[]>;
  /** By pod and container. */
  readonly shares: ReadonlyMap<string, readonly Sample[]>;
}

/** By the seconds of throttling; where only periods are kept (as kube-prometheus-stack does), by the share of them that were. */
async function throttledOf(namespace: string, ask: AskFor<'metrics'>, circumstances: Circumstances): Promise<Throttled | undefined> {
  const seconds = await ask(ofContainers('container_cpu_cfs_throttled_seconds_total', namespace, circumstances));
  if (seconds.outcome === 'present' && seconds.data.length > 0)
    return { fact: seconds, shares: new Map(seconds.data.map((series) => [keyOf(series), rate(series.samples)])) };
  const throttled = await ask(ofContainers('container_cpu_cfs_throttled_periods_total', namespace, circumstances));
  const all = await ask(ofContainers('container_cpu_cfs_periods_total', namespace, circumstances));
  if (throttled.outcome !== 'present' || all.outcome !== 'present') return undefined;
  const whole = new Map(all.data.map((series) => [keyOf(series), new Map(rate(series.samples).map(({ at, value }) => [at, value]))]));
  const shares = throttled.data.map((series): [string, readonly Sample[]] => {
    const periods = whole.get(keyOf(series));
    return [
      keyOf(series),
      rate(series.samples).flatMap(({ at, value }) => {
        const of = periods?.get(at) ?? 0;
        return of > 0 ? [{ at, value: value / of }] : [];
      }),
    ];
  });
  return { fact: throttled, shares: new Map(shares) };
}

function keyOf({ labels }: Series): string {
  return `${labels['pod']}/${labels['container']}`;
}

/** Half of the time is more than a start or a burst explains: whatever the container does, waits. */
export function isHeldBack({ throttled }: CpuUse): boolean {
  return throttled !== undefined && throttled.high >= 0.5;
}

/** Whether a container runs at what it is allowed: near its limit, or kept from running. */
export function isAtLimit({ limit, high, throttled }: CpuUse): boolean {
  return (limit !== undefined && high >= 0.8 * limit) || (throttled !== undefined && throttled.high >= 0.2);
}

/** `0.19 cores`, for people. */
export function cores(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)}m` : `${Math.round(value * 100) / 100} cores`;
}
