import { existsSync } from 'node:fs';
import type { Agent as HttpAgent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { messageOf } from '#domain/error.ts';

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Where the cluster is, and who we are to it. */
export interface Connection {
  readonly server: string;
  /** Adds what TLS and authentication need; reads rotated tokens and certificates anew. Throws when a credential cannot be had. */
  authenticate(options: RequestOptions): Promise<void>;
}

/** Which cluster to read: a kubeconfig file, the one we run in, or none. */
export type ClusterChoice = { readonly kind: 'kubeconfig'; readonly path: string } | { readonly kind: 'in-cluster' } | { readonly kind: 'none' };

/**
 * The kubeconfig that was set; else the service account of the pod we run in; else none. Of several paths in KUBECONFIG (separated by `:`)
 * the first that exists counts.
 */
export function chooseCluster(
  kubeconfig: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean = existsSync,
): ClusterChoice {
  if (kubeconfig) {
    const paths = kubeconfig.split(':').filter(Boolean);
    return { kind: 'kubeconfig', path: paths.find((path) => exists(path)) ?? paths[0] ?? kubeconfig };
  }
  return environment['KUBERNETES_SERVICE_HOST'] && exists(SERVICE_ACCOUNT_TOKEN) ? { kind: 'in-cluster' } : { kind: 'none' };
}

/**
 * Loads the client library, which takes half a second and is therefore done when first needed, and with it the configuration. Throws with
 * one line when the file is missing, is no kubeconfig, or names no cluster.
 */
export async function connect(choice: Exclude<ClusterChoice, { kind: 'none' }>): Promise<Connection> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const what = choice.kind === 'kubeconfig' ? `kubeconfig ${choice.path}` : 'service account of this pod';
  try {
    if (choice.kind === 'kubeconfig') config.loadFromFile(choice.path);
    else config.loadFromCluster();
  } catch (error) {
    throw new Error(`The ${what} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  const cluster = config.getCurrentCluster();
  if (!cluster?.server) throw new Error(`The ${what} names no cluster: its current-context "${config.getCurrentContext() ?? ''}" leads nowhere.`);
  const isHttp = cluster.server.startsWith('http:');
  return {
    server: cluster.server.replace(/\/+$/, ''),
    async authenticate(options) {
      const auth: RequestOptions = {};
      // The library refuses http where certificates are to be checked; there are none to check.
      if (isHttp) Object.assign(cluster, { skipTLSVerify: true });
      await config.applyToHTTPSOptions(auth);
      const { agent, headers, ...tls } = auth;
      Object.assign(options, tls, { headers: { ...options.headers, ...headers } });
      // Its agents open a connection for each request; only one that leads through a proxy is needed.
      if (cluster.proxyUrl) options.agent = agent as HttpAgent;
    },
  };
}
