import type { UnavailableReason } from '#domain/evidence.ts';

/**
 * What we do to a cluster: read. The port between the questions and the wire; `oncallm record` uses it as well, for objects as they come.
 */
export interface ClusterReader {
  /** Reads a whole list. What `takePage` was given counts only if the list was read to its end. */
  list(request: ListRequest, takePage: TakePage, signal: AbortSignal): Promise<Read<ListEnd>>;
  /** Reads at most one object: whether the list may be read. */
  probe(request: ListRequest, signal: AbortSignal): Promise<Read<ListEnd>>;
  /** Reads the newest part of a container log, each line with the runtime's timestamp. */
  log(request: LogRequest, signal: AbortSignal): Promise<Read<LogText>>;
  version(signal: AbortSignal): Promise<Read<string>>;
  /** Requests sent since the start. */
  requestCount(): number;
  close(): void;
}

/** Gets the items of each page as the API gave them. Page 0 may come again: the list had to be begun anew, and what came before is void. */
export type TakePage = (items: readonly unknown[], page: number) => void;

export interface LogText {
  readonly text: string;
  /** True when the beginning was dropped to keep within `maxBytes`. */
  readonly cut: boolean;
}

export interface ListRequest {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Undefined: cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined;
  /** A list of more objects is not read (`budget`); the reader's own bound unless given. */
  readonly atMost?: number | undefined;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
  /** The last lines of the log; as many are asked for. */
  readonly tailLines: number;
  /** The most that is kept of them; what is older goes first. */
  readonly maxBytes: number;
}

export interface ListEnd {
  readonly items: number;
}

/** `absent`: the cluster answered that there is no such thing. Otherwise why it could not be read, in one line. */
export type Read<T> =
  | {
      readonly outcome: 'read';
      readonly value: T;
      /** One line: what is missing of it. */
      readonly lacks?: string;
    }
  | { readonly outcome: 'absent'; readonly why: string }
  | { readonly outcome: 'failed'; readonly reason: UnavailableReason; readonly why: string };

export function read<T>(value: T, lacks?: string): Read<T> {
  return { outcome: 'read', value, ...(lacks !== undefined && { lacks }) };
}

export function failed(reason: UnavailableReason, why: string): { readonly outcome: 'failed'; readonly reason: UnavailableReason; readonly why: string } {
  return { outcome: 'failed', reason, why };
}

/** Path of a list: `/api/v1/namespaces/shop/pods`, `/apis/apps/v1/deployments`. */
export function listPath({ group, version, plural, namespace }: ListRequest): string {
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  return namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

/** How a message names a list: `pods in namespace shop`, `nodes`, `deployments.apps in all namespaces`. */
export function listText({ group, plural, namespace }: ListRequest): string {
  return `${group ? `${plural}.${group}` : plural}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}
