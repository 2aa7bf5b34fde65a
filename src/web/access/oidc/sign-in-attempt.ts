import type { AccessKeys } from '../access-keys.ts';
import { cookieNamed, cookieOf } from '../cookies.ts';

/** A sign-in that is under way at the provider: what must come back unchanged, in the same browser. */
export interface SignInAttempt {
  /** Ties the answer to this browser (RFC 6749, section 10.12). */
  readonly state: string;
  /** Ties the identity token to this attempt. Source: https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes */
  readonly nonce: string;
  /** Proves to the provider that who redeems the code is who asked for it (RFC 7636). */
  readonly verifier: string;
  /** Path to go to afterwards. */
  readonly next: string;
}

export interface SignInAttempts {
  /** The Set-Cookie header that remembers a new attempt in the browser, and the attempt. `random`: nobody can guess it. */
  begin(random: string, next: string): { readonly attempt: SignInAttempt; readonly cookie: string };
  /** The attempt of this browser; undefined when there is none, it is too old, or it is not ours. */
  read(cookieHeader: string | undefined): SignInAttempt | undefined;
  /** The Set-Cookie header that makes the browser forget it: each attempt is good once. */
  end(): string;
}

/** Long enough to look for a second factor. */
const LIFETIME_SECONDS = 600;

/**
 * Attempts live in a cookie of the browser, so every replica can take the answer. Nonce and verifier are not in it: they are derived from the state with our
 * key, so that who sees the cookie or the address bar cannot redeem a code.
 */
export function createSignInAttempts({
  keys,
  baseUrl,
  clock,
}: {
  readonly keys: AccessKeys;
  readonly baseUrl: string;
  readonly clock: () => Date;
}): SignInAttempts {
  const { name, attributes } = cookieNamed('oncallm_oidc', baseUrl);
  const nowSeconds = (): number => Math.floor(clock().getTime() / 1_000);
  const attemptOf = (state: string, next: string): SignInAttempt => ({
    state,
    nonce: keys.sign(['oidc-nonce', state]),
    verifier: keys.sign(['oidc-verifier', state]),
    next,
  });
  return {
    begin(random, next) {
      const expires = String(nowSeconds() + LIFETIME_SECONDS);
      const where = Buffer.from(next).toString('base64url');
      const value = [random, expires, where, keys.sign(['oidc-attempt', random, expires, where])].join('.');
      return { attempt: attemptOf(random, next), cookie: `${name}=${value}; Max-Age=${LIFETIME_SECONDS}; ${attributes}` };
    },
    read(cookieHeader) {
      const [state = '', expires = '', where = '', signature = '', ...rest] = cookieOf(cookieHeader, name)?.split('.') ?? [];
      if (rest.length > 0 || !keys.isSigned(['oidc-attempt', state, expires, where], signature)) return undefined;
      return Number(expires) > nowSeconds() ? attemptOf(state, Buffer.from(where, 'base64url').toString()) : undefined;
    },
    end: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
