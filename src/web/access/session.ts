import type { AccessKeys } from './access-keys.ts';

/** Session cookies: stateless, so that every replica takes them; they end with their time, or with the token that they were given for. */
export interface Sessions {
  /** The Set-Cookie header for somebody who presented a viewer token. */
  begin(token: string): string;
  /** The Set-Cookie header that makes a browser forget its session. */
  end(): string;
  read(cookieHeader: string | undefined): Session;
}

type Session =
  | { readonly state: 'none' }
  | { readonly state: 'open'; readonly tokenName: string }
  | { readonly state: 'expired' }
  /** Not signed by us, with a key that is no longer accepted, or for a token that is no longer. */
  | { readonly state: 'forged' };

export interface SessionOptions {
  readonly keys: AccessKeys;
  readonly tokens: readonly string[];
  readonly lifetimeSeconds: number;
  /** Where people reach OnCallM: decides over Secure, Path and the name of the cookie. */
  readonly baseUrl: string;
  readonly clock: () => Date;
}

const NONE: Session = { state: 'none' };
const MAX_HEADER_LENGTH = 16_384;

export function createSessions({ keys, tokens, lifetimeSeconds, baseUrl, clock }: SessionOptions): Sessions {
  const { name, attributes } = cookieFor(baseUrl);
  const names = new Set(tokens.flatMap(keys.namesOf));
  const nowSeconds = (): number => clock().getTime() / 1_000;
  return {
    begin(token) {
      const expires = String(Math.floor(nowSeconds()) + lifetimeSeconds);
      const tokenName = keys.namesOf(token)[0] ?? '';
      return `${name}=${expires}.${tokenName}.${keys.sign(['session', expires, tokenName])}; Max-Age=${lifetimeSeconds}; ${attributes}`;
    },
    end: () => `${name}=; Max-Age=0; ${attributes}`,
    read(cookieHeader) {
      const value = cookieOf(cookieHeader, name);
      if (value === undefined) return NONE;
      const [expires = '', tokenName = '', signature = '', ...rest] = value.split('.');
      if (rest.length > 0 || !keys.isSigned(['session', expires, tokenName], signature) || !names.has(tokenName)) return { state: 'forged' };
      return Number(expires) > nowSeconds() ? { state: 'open', tokenName } : { state: 'expired' };
    },
  };
}

/**
 * The prefixes make browsers refuse such a cookie from a sibling domain or over plain http; `__Host-` allows only the path /.
 * Source: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
function cookieFor(baseUrl: string): { readonly name: string; readonly attributes: string } {
  const url = URL.parse(baseUrl);
  const secure = url?.protocol === 'https:';
  const path = (url?.pathname ?? '').replace(/\/+$/, '') || '/';
  const prefix = !secure ? '' : path === '/' ? '__Host-' : '__Secure-';
  return { name: `${prefix}oncallm_session`, attributes: `Path=${path}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}` };
}

/** The first cookie of that name; RFC 6265, section 4.2. */
function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const found = header.split(';').find((pair) => pair.trimStart().startsWith(`${name}=`));
  return found?.trim().slice(name.length + 1) || undefined;
}
