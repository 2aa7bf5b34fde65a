import type { ApiReaderOptions } from './api-ask.ts';
import { createApiReader } from './api-reader.ts';
import type { ClusterReader } from './cluster-reader.ts';
import { type ClusterChoice, type Connection, connect } from './connection.ts';

/** What is said wherever a cluster is asked for and there is none. */
export const NO_CLUSTER = 'No cluster is configured: neither is KUBECONFIG set nor does OnCallM run in a pod with a service account.';

/** The connection to a cluster, made when first needed and then kept. */
export interface ClusterLink {
  /** Throws, with one line, when no cluster is configured or its configuration cannot be read; then the next call tries anew. */
  reader(): Promise<ClusterReader>;
  requestCount(): number;
  close(): void;
}

/** @param connectTo how to connect, when not as `cluster` says */
export function createClusterLink(cluster: ClusterChoice, options: ApiReaderOptions, connectTo?: () => Promise<Connection>): ClusterLink {
  let connecting: Promise<ClusterReader> | undefined;
  let live: ClusterReader | undefined;

  async function open(): Promise<ClusterReader> {
    if (cluster.kind === 'none') throw new Error(NO_CLUSTER);
    live = createApiReader(await (connectTo ?? (() => connect(cluster)))(), options);
    return live;
  }
  return {
    reader() {
      connecting ??= open().catch((error: unknown) => {
        connecting = undefined;
        throw error;
      });
      return connecting;
    },
    requestCount: () => live?.requestCount() ?? 0,
    close: () => live?.close(),
  };
}
