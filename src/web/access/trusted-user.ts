import type { IncomingMessage } from 'node:http';
import { createNetworkCheck } from './network-check.ts';

/** Reads who a proxy says has signed in; undefined: it says nothing. */
export type TrustedUser = (
  request: Pick<IncomingMessage, 'rawHeaders' | 'socket'>,
) => { readonly trusted: true; readonly name: string } | { readonly trusted: false } | undefined;

/** What a name may be in logs. */
const NAME = /^[^\p{Cc}]{1,256}$/u;

/**
 * Only the other end of the connection itself is asked whether it is a trusted proxy: X-Forwarded-For can be written by anybody, whatever TRUST_PROXY
 * says. A header that came twice is refused: a proxy that adds its own beside the client's has not removed the client's.
 */
export function createTrustedUser({ header, proxies }: { readonly header: string; readonly proxies: readonly string[] }): TrustedUser {
  if (header === '') return () => undefined;
  const isProxy = createNetworkCheck(proxies);
  return ({ rawHeaders, socket }) => {
    const values = rawHeaders.filter((_value, place) => place % 2 === 1 && rawHeaders[place - 1]?.toLowerCase() === header);
    // A proxy may send it empty for who has not signed in.
    if (values.every((value) => value.trim() === '')) return undefined;
    const [name = ''] = values;
    return values.length === 1 && NAME.test(name) && isProxy(socket.remoteAddress) ? { trusted: true, name: name.trim() } : { trusted: false };
  };
}
