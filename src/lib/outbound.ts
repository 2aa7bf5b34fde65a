/** The network as it is handed out. */
export type Fetch = typeof globalThis.fetch;

/**
 * The only way out by `fetch`: to the named origins (`https://host:port`), and nowhere that they redirect to. Addresses come from settings alone: one that got in from an
 * alert, a log or a model's answer, or that a library makes up, is refused (OutboundRefused) before anything is sent.
 */
export function fetchWithin(origins: readonly string[], fetch: Fetch = globalThis.fetch): Fetch {
  const allowed = new Set(origins);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!allowed.has(url.origin)) throw new OutboundRefused(`a request to ${url.origin} was not sent: allowed here is ${origins.join(', ') || 'nothing'}`);
    return fetch(input, { ...init, redirect: 'manual' });
  };
}

/** A request that was not sent, because its address is in no setting. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';
}

/** Origin of an address; none for what is no http(s) address. */
export function originOf(address: string): readonly string[] {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) ? [url.origin] : [];
}
