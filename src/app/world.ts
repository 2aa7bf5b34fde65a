import type { MetricsServer } from '#sources/metrics-server.ts';
import type { Source } from '#sources/source.ts';

/** What an investigation can see: who answers its questions, and what time it is there. */
export interface World {
  readonly sources: readonly Source[];
  /** Now; for a recording, when it was taken. */
  readonly clock: () => Date;
  /** Evaluates PromQL: for the alerts' own rules. A recording has none. */
  readonly metricsServer?: MetricsServer;
  /** Requests that the sources have made to the Kubernetes API so far. */
  readonly kubernetesRequests?: () => number;
}

/** The clusters that alerts may come from. */
export interface Worlds {
  /** What can be seen of the cluster of that name. */
  of(cluster: string): World;
  /** All sources, for /health and `oncallm doctor`. */
  readonly sources: readonly Source[];
  close(): Promise<void>;
}
