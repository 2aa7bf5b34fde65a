import { messageOf } from '#domain/error.ts';
import { fetchWithin, originOf } from '#lib/outbound.ts';
import type { Sent } from './notifier.ts';

const TIMEOUT_MS = 10_000;

/** Statuses after which the same request may succeed later: timeouts, too many requests, and the receiver's own trouble. */
const isTemporary = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/** A way to post JSON to one address, which may be a secret and is never told. Does not follow redirects: what is sent stays where it was meant for. */
export function createJsonPost(url: string, headers: Readonly<Record<string, string>>): (body: unknown, signal: AbortSignal) => Promise<Sent> {
  const host = URL.parse(url)?.host ?? 'the configured address';
  const fetch = fetchWithin(originOf(url));
  return async (body, signal) => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await answer.body?.cancel();
      if (answer.ok) return { delivered: true };
      return { delivered: false, retry: isTemporary(answer.status), why: `POST to ${host} was answered with status ${answer.status}` };
    } catch (thrown) {
      const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
      return { delivered: false, retry: true, why: `POST to ${host} failed: ${messageOf(cause).replaceAll(url, host)}` };
    }
  };
}
