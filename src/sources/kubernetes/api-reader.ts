import { setImmediate } from 'node:timers/promises';
import { type ApiReaderOptions, ask, type Wire } from './api-ask.ts';
import { createBreaker } from './breaker.ts';
import {
  type ClusterReader,
  failed,
  type ListEnd,
  type ListRequest,
  type LogRequest,
  type LogText,
  listPath,
  listText,
  type Read,
  read,
  type TakePage,
} from './cluster-reader.ts';
import type { Connection } from './connection.ts';
import { dropFieldSets } from './drop-field-sets.ts';
import { createHttpGet } from './http-get.ts';
import { isKubeletComplaint, readLogRefusal } from './schema/log-refusal.ts';
import { itemsOf } from './schema/parse-list.ts';
import { messageIn, refused } from './status-answer.ts';

/** What `kubectl` asks for. */
const PAGE_ITEMS = 500;
/** Pages come one after the other, since each names the next; an event is an eighth of a pod: https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks. */
const PAGE_EVENTS = 2_000;
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const COOL_OFF_MS = 10_000;

/** Reads a live cluster over its API. Never throws for what the cluster does. */
export function createApiReader(connection: Connection, options: ApiReaderOptions): ClusterReader {
  const { get, close } = createHttpGet(connection);
  const wire: Wire = { server: connection.server, get, breaker: createBreaker(options.now, COOL_OFF_MS), options, requests: 0 };
  const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(options.requestTimeoutMs)]);
  return {
    list: (request, takePage, signal) => readList(wire, request, takePage, within(signal)),
    probe: (request, signal) => probe(wire, request, within(signal)),
    log: (request, signal) => readLog(wire, request, within(signal)),
    version: (signal) => readVersion(wire, within(signal)),
    requestCount: () => wire.requests,
    close,
  };
}

async function readList(wire: Wire, request: ListRequest, takePage: TakePage, signal: AbortSignal): Promise<Read<ListEnd>> {
  const paged = await readPages(wire, request, request.plural === 'events' ? PAGE_EVENTS : PAGE_ITEMS, takePage, signal);
  // The pages of a list belong to one version of it, which the server forgot while we read: all at once then.
  return paged === 'expired' ? expired(wire, request, await readPages(wire, request, undefined, takePage, signal)) : paged;
}

function expired(wire: Wire, request: ListRequest, again: Read<ListEnd> | 'expired'): Read<ListEnd> {
  return again === 'expired' ? failed('invalid', `${wire.server} answered twice that the list of ${listText(request)} is too old (410).`) : again;
}

async function readPages(
  wire: Wire,
  request: ListRequest,
  limit: number | undefined,
  takePage: TakePage,
  signal: AbortSignal,
): Promise<Read<ListEnd> | 'expired'> {
  const { maxListBytes } = wire.options;
  const maxListItems = Math.min(wire.options.maxListItems, request.atMost ?? wire.options.maxListItems);
  const what = listText(request);
  const tokens = new Set<string>();
  const askFor = (token: string) => {
    const query = new URLSearchParams({ ...(limit && { limit: String(limit) }), ...(token && { continue: token }) });
    return ask(wire, `${listPath(request)}?${query}`, { verb: 'list', what, maxBytes: MAX_PAGE_BYTES, keep: 'all' }, signal);
  };
  let [items, bytes] = [0, 0];
  for (let next: ReturnType<typeof askFor> | undefined = askFor(''); next; ) {
    const asked = await next;
    if ('failure' in asked) return asked.failure;
    const { status, body } = asked.answer;
    if (status === 410) return 'expired';
    if (status !== 200) return refused('list', what, wire.server, asked.answer);
    const page = parsePage(body);
    if (!page) return failed('invalid', `${wire.server} answered to list ${what} with something that is no List: ${messageIn(body).slice(0, 80)}`);
    items += page.items.length;
    bytes += body.length;
    if (items + page.remaining > maxListItems || bytes > maxListBytes) {
      return failed('budget', `There are more ${what} than we read: over ${maxListItems} objects or ${maxListBytes} bytes.`);
    }
    // The same token twice would go on for ever.
    if (tokens.has(page.token)) return failed('invalid', `${wire.server} answered to list ${what} with the same page twice.`);
    next = page.token ? askFor(page.token) : undefined;
    // The server works on the next page while we read this one, once the request is on its way.
    if (next) await setImmediate();
    takePage(page.items, tokens.size);
    if (page.token) tokens.add(page.token);
  }
  return read({ items });
}

async function probe(wire: Wire, request: ListRequest, signal: AbortSignal): Promise<Read<ListEnd>> {
  const what = listText(request);
  const asked = await ask(wire, `${listPath(request)}?limit=1`, { verb: 'list', what, maxBytes: MAX_PAGE_BYTES, keep: 'all' }, signal);
  if ('failure' in asked) return asked.failure;
  return asked.answer.status === 200 ? read({ items: 1 }) : refused('list', what, wire.server, asked.answer);
}

/** `remaining`: how many objects follow, as far as the server says: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/list-meta/. */
function parsePage(body: Buffer): { readonly items: readonly unknown[]; readonly token: string; readonly remaining: number } | undefined {
  let list: unknown;
  try {
    list = JSON.parse(dropFieldSets(body));
  } catch {
    return undefined;
  }
  const items = Array.isArray(list) ? undefined : itemsOf(list);
  const metadata = typeof list === 'object' && list !== null && 'metadata' in list ? list.metadata : undefined;
  const token = typeof metadata === 'object' && metadata !== null && 'continue' in metadata ? metadata.continue : '';
  const remaining = typeof metadata === 'object' && metadata !== null && 'remainingItemCount' in metadata ? Number(metadata.remainingItemCount) : 0;
  return items && { items, token: typeof token === 'string' ? token : '', remaining: remaining > 0 ? remaining : 0 };
}

async function readLog(wire: Wire, request: LogRequest, signal: AbortSignal): Promise<Read<LogText>> {
  const { namespace, pod, container, previous, tailLines, maxBytes } = request;
  const query = new URLSearchParams({ container, tailLines: String(tailLines), timestamps: 'true', ...(previous && { previous: 'true' }) });
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`;
  const what = `pods/log of ${pod}/${container} in namespace ${namespace}`;
  // Not limitBytes: that would keep the oldest of the last lines and drop the newest, which are the ones that tell.
  const asked = await ask(wire, path, { verb: 'get', what, maxBytes, keep: 'newest', byNode: true }, signal);
  if ('failure' in asked) return asked.failure;
  const { status, body, cut } = asked.answer;
  if (status === 204) return { outcome: 'absent', why: `${pod} is on no node yet.` };
  const complaint = status === 200 ? (isKubeletComplaint(body.toString('utf8', 0, 600)) ? messageIn(body) : undefined) : messageIn(body);
  // What was cut begins in the middle of a line.
  if (complaint === undefined) return read({ text: body.toString('utf8', cut ? body.indexOf('\n') + 1 : 0), cut });
  const meaning = status === 401 || status === 403 ? 'forbidden' : readLogRefusal(complaint);
  if (meaning === 'absent') return { outcome: 'absent', why: complaint };
  return meaning === 'invalid' || meaning === 'forbidden' ? refused('get', what, wire.server, asked.answer) : failed(meaning, `No ${what}: ${complaint}`);
}

async function readVersion(wire: Wire, signal: AbortSignal): Promise<Read<string>> {
  const asked = await ask(wire, '/version', { verb: 'get', what: '/version', maxBytes: 65_536, keep: 'all' }, signal);
  if ('failure' in asked) return asked.failure;
  if (asked.answer.status !== 200) return refused('get', '/version', wire.server, asked.answer);
  const version = /"gitVersion"\s*:\s*"([^"]{1,60})"/.exec(asked.answer.body.toString('utf8'))?.[1];
  return version
    ? read(version)
    : failed('invalid', `${wire.server} does not answer like a Kubernetes API server: ${messageIn(asked.answer.body).slice(0, 80)}`);
}
