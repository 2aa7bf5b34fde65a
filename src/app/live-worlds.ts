import type { Config } from '#config/load-config.ts';
import { type ClusterChoice, chooseCluster } from '#sources/kubernetes/connection.ts';
import { createKubernetesSource, type KubernetesSource } from '#sources/kubernetes/kubernetes-source.ts';
import { createLokiSource } from '#sources/loki/loki-source.ts';
import type { MetricsServer } from '#sources/metrics-server.ts';
import { createPrometheusSource } from '#sources/prometheus/prometheus-source.ts';
import type { Source } from '#sources/source.ts';
import { createDiscoveredPrometheus } from './discovered-prometheus.ts';
import type { World, Worlds } from './world.ts';

/** What the sources are made of; plain data. */
export interface LiveSettings {
  readonly config: Pick<Config, 'kubernetes' | 'prometheus' | 'loki'>;
  /** Tells whether this process runs in a pod. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LiveParts extends LiveSettings {
  readonly clock: () => Date;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
}

/** The sources that the settings name. */
export interface Live {
  readonly kubernetes: KubernetesSource;
  readonly prometheus: Source & MetricsServer;
  readonly loki: Source;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Makes the sources; nothing is connected before it is asked. */
export function connectLive(parts: LiveParts): Live {
  const { config, env, clock } = parts;
  const { kubeconfig, kubernetesTimeoutMs = TIMEOUT_MS, kubernetesShareMs, kubernetesLogLines } = config.kubernetes;
  const log = (message: string, fields: Readonly<Record<string, unknown>>): void => parts.log.warn(fields, message);
  const cluster = chooseCluster(kubeconfig, env);
  const kubernetes = createKubernetesSource({
    cluster,
    requestTimeoutMs: kubernetesTimeoutMs,
    ...(kubernetesShareMs !== undefined && { shareMs: kubernetesShareMs }),
    ...(kubernetesLogLines !== undefined && { maxLogLines: kubernetesLogLines }),
    clock,
    log,
  });
  const prometheus = connectPrometheus(parts, cluster, kubernetes, log);
  const loki = connectLoki(parts);
  return {
    kubernetes,
    prometheus,
    loki,
    close: async () => void (await Promise.allSettled([prometheus.close(), loki.close(), kubernetes.close()])),
  };
}

/** The one that is named; else, in a cluster, the one that is found there: its address is of no use anywhere else. */
function connectPrometheus(
  { config, clock }: LiveParts,
  cluster: ClusterChoice,
  kubernetes: Source,
  log: (message: string, fields: Readonly<Record<string, unknown>>) => void,
): Source & MetricsServer {
  const { prometheusUrl, prometheusTimeoutMs = TIMEOUT_MS, ...rest } = config.prometheus;
  const connect = (url: string | undefined): Source & MetricsServer =>
    createPrometheusSource({
      url,
      timeoutMs: prometheusTimeoutMs,
      bearerToken: rest.prometheusBearerToken,
      username: rest.prometheusUsername,
      password: rest.prometheusPassword,
      headers: rest.prometheusHeaders,
      caFile: rest.prometheusCaFile,
      clock,
      log,
    });
  return prometheusUrl === undefined && cluster.kind === 'in-cluster'
    ? createDiscoveredPrometheus({ cluster: kubernetes, connect, clock })
    : connect(prometheusUrl);
}

function connectLoki({ config, clock }: LiveParts): Source {
  const { lokiUrl, lokiTimeoutMs = TIMEOUT_MS, lokiLabels, lokiLookbackHours, ...rest } = config.loki;
  return createLokiSource({
    url: lokiUrl,
    timeoutMs: lokiTimeoutMs,
    tenant: rest.lokiTenant,
    ...(lokiLabels && { labels: lokiLabels }),
    ...(lokiLookbackHours !== undefined && { lookbackMs: lokiLookbackHours * 3_600_000 }),
    bearerToken: rest.lokiBearerToken,
    username: rest.lokiUsername,
    password: rest.lokiPassword,
    headers: rest.lokiHeaders,
    caFile: rest.lokiCaFile,
    clock,
  });
}

/** One world for every cluster name: one OnCallM looks into one cluster, whatever the alerts call it. */
export function createLiveWorlds(parts: LiveParts): Worlds {
  const { kubernetes, prometheus, loki, close } = connectLive(parts);
  // Loki answers for logs after the cluster; where there is none, its "not configured" must not hide why the cluster did not answer.
  const sources = [kubernetes, prometheus, ...(parts.config.loki.lokiUrl === undefined ? [] : [loki])];
  const world: World = { sources, clock: parts.clock, metricsServer: prometheus, kubernetesRequests: () => kubernetes.requestCount() };
  return { of: () => world, sources, close };
}
