import type { AccessKeys } from './access-keys.ts';
import { cookieNamed, cookieOf } from './cookies.ts';
import type { Role } from './roles.ts';

/** Session cookies: stateless, so that every replica takes them; they end with their time, or with the token that they were given for. */
export interface Sessions {
  /** The Set-Cookie header for somebody who presented a viewer token. */
  begin(token: string): string;
  /** The Set-Cookie header for somebody whom an identity provider signed in. */
  beginFor(user: SessionUser): string;
  /** The Set-Cookie header that makes a browser forget its session. */
  end(): string;
  read(cookieHeader: string | undefined): Session;
}

export interface SessionUser {
  readonly name: string;
  readonly role: Role;
}

type Session =
  | { readonly state: 'none' }
  | { readonly state: 'open'; readonly tokenName: string }
  | { readonly state: 'open'; readonly user: SessionUser }
  | { readonly state: 'expired' }
  /** Not signed by us, with a key that is no longer accepted, or for a token that is no longer. */
  | { readonly state: 'forged' };

export interface SessionOptions {
  readonly keys: AccessKeys;
  readonly tokens: readonly string[];
  readonly lifetimeSeconds: number;
  /** How long who came from an identity provider stays; 0: there is no provider (any more), and their sessions are over. */
  readonly userLifetimeSeconds: number;
  /** Where people reach OnCallM: decides over Secure, Path and the name of the cookie. */
  readonly baseUrl: string;
  readonly clock: () => Date;
}

const NONE: Session = { state: 'none' };
const FORGED: Session = { state: 'forged' };
const EXPIRED: Session = { state: 'expired' };
/** Stands where the name of a token stands, and is none: those are ten characters long. */
const OF_USER = 'user';

export function createSessions({ keys, tokens, lifetimeSeconds, userLifetimeSeconds, baseUrl, clock }: SessionOptions): Sessions {
  const { name, attributes } = cookieNamed('oncallm_session', baseUrl);
  const names = new Set(tokens.flatMap(keys.namesOf));
  const nowSeconds = (): number => clock().getTime() / 1_000;
  const cookie = (seconds: number, message: (expires: string) => readonly string[]): string => {
    const expires = String(Math.floor(nowSeconds()) + seconds);
    const parts = message(expires);
    return `${name}=${[...parts, keys.sign(['session', ...parts])].join('.')}; Max-Age=${seconds}; ${attributes}`;
  };
  return {
    begin: (token) => cookie(lifetimeSeconds, (expires) => [expires, keys.namesOf(token)[0] ?? '']),
    beginFor: ({ name: user, role }) => cookie(userLifetimeSeconds, (expires) => [expires, OF_USER, role, Buffer.from(user).toString('base64url')]),
    end: () => `${name}=; Max-Age=0; ${attributes}`,
    read(cookieHeader) {
      const value = cookieOf(cookieHeader, name);
      if (value === undefined) return NONE;
      const parts = value.split('.');
      const signature = parts.pop() ?? '';
      const [expires = '', tokenName = '', role, user = ''] = parts;
      if (!keys.isSigned(['session', ...parts], signature)) return FORGED;
      const isOver = Number(expires) <= nowSeconds();
      if (parts.length === 2 && names.has(tokenName)) return isOver ? EXPIRED : { state: 'open', tokenName };
      if (parts.length !== 4 || tokenName !== OF_USER || (role !== 'viewer' && role !== 'operator')) return FORGED;
      if (isOver || userLifetimeSeconds === 0) return EXPIRED;
      return { state: 'open', user: { name: Buffer.from(user, 'base64url').toString(), role } };
    },
  };
}
