import type { Configuration } from 'openid-client';
import { messageOf } from '#domain/error.ts';
import { displayLine } from '#lib/display-text.ts';
import { isLoopback } from '#lib/loopback.ts';
import type { WebOptions } from '../../options.ts';
import { type Claims, claimAt, groupsOf, nameOf } from './claims.ts';
import type { SignInAttempt } from './sign-in-attempt.ts';

/** An OpenID Connect provider that signs people in: authorization code flow with PKCE. Source: https://openid.net/specs/openid-connect-core-1_0.html */
export interface Provider {
  /** Host name, for the button. */
  readonly name: string;
  /** The address at the provider that a browser is sent to. Rejects with ProviderFailure when the provider cannot be reached. */
  addressFor(attempt: SignInAttempt): Promise<URL>;
  /** Redeems what came back in the query of the callback. Rejects with ProviderFailure. */
  redeem(attempt: SignInAttempt, query: string): Promise<Person>;
}

/** Whom the provider signed in; `groups` is undefined when it says nothing of groups. */
export interface Person {
  readonly name: string;
  readonly groups: readonly string[] | undefined;
}

/** `refused`: the provider, or the person there, said no, or the answer is not for this attempt; `failed`: it could not be asked, or makes no sense. */
export class ProviderFailure extends Error {
  readonly kind: 'refused' | 'failed';
  constructor(kind: 'refused' | 'failed', message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

type ProviderOptions = Pick<WebOptions, 'baseUrl' | 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcScopes' | 'oidcNameClaim' | 'oidcGroupsClaim'>;
type Library = typeof import('openid-client');

const TIMEOUT_SECONDS = 10;
/** Under ONCALLM_BASE_URL; registered at the provider. */
const CALLBACK_PATH = '/sign-in/oidc/callback';

/** Makes the provider known; it is asked for its addresses when somebody signs in first, and again after a failure. */
export function createProvider(options: ProviderOptions): Provider {
  const issuer = new URL(options.oidcIssuer);
  const callback = `${options.baseUrl}${CALLBACK_PATH}`;
  let known: Promise<{ readonly library: Library; readonly configuration: Configuration }> | undefined;

  async function discover(): Promise<{ readonly library: Library; readonly configuration: Configuration }> {
    const library = await import('openid-client');
    const secret = options.oidcClientSecret;
    const configuration = await library.discovery(issuer, options.oidcClientId, undefined, secret === '' ? library.None() : library.ClientSecretBasic(secret), {
      timeout: TIMEOUT_SECONDS,
      execute: issuer.protocol === 'http:' && isLoopback(issuer.hostname) ? [library.allowInsecureRequests] : [],
    });
    return { library, configuration };
  }

  async function provider(): Promise<{ readonly library: Library; readonly configuration: Configuration }> {
    known ??= discover();
    try {
      return await known;
    } catch (thrown) {
      known = undefined;
      throw new ProviderFailure('failed', `${issuer.host} could not be asked for its addresses: ${reasonOf(thrown)}`, thrown);
    }
  }

  return {
    name: issuer.host,
    async addressFor({ state, nonce, verifier }) {
      const { library, configuration } = await provider();
      return library.buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        scope: options.oidcScopes,
        state,
        nonce,
        code_challenge: await library.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async redeem({ state, nonce, verifier }, query) {
      const { library, configuration } = await provider();
      try {
        const tokens = await library.authorizationCodeGrant(configuration, new URL(`${callback}?${query}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims: Claims = { ...tokens.claims() };
        const more = lacks(claims, options) ? await userInfo(library, configuration, tokens.access_token, String(claims['sub'])) : {};
        const all = { ...more, ...claims };
        return { name: nameOf(all, options.oidcNameClaim), groups: groupsOf(all, options.oidcGroupsClaim) };
      } catch (thrown) {
        throw new ProviderFailure(isRefusal(library, thrown) ? 'refused' : 'failed', `${issuer.host}: ${reasonOf(thrown)}`, thrown);
      }
    },
  };
}

/** Whether something that is wanted is not in the identity token, and may be at the userinfo address. */
function lacks(claims: Claims, { oidcNameClaim, oidcGroupsClaim }: ProviderOptions): boolean {
  return [oidcGroupsClaim, oidcNameClaim].some((claim) => claimAt(claims, claim) === undefined);
}

async function userInfo(library: Library, configuration: Configuration, token: string, subject: string): Promise<Claims> {
  return configuration.serverMetadata().userinfo_endpoint === undefined ? {} : { ...(await library.fetchUserInfo(configuration, token, subject)) };
}

/** The person said no, or the code is no longer good: trying again may help. */
function isRefusal(library: Library, thrown: unknown): boolean {
  if (thrown instanceof library.AuthorizationResponseError) return true;
  return thrown instanceof library.ResponseBodyError && thrown.error === 'invalid_grant';
}

/** One line without what was sent: codes and secrets are in requests, not in these. */
function reasonOf(thrown: unknown): string {
  const {
    error,
    error_description: description,
    cause,
  } = thrown as { readonly error?: unknown; readonly error_description?: unknown; readonly cause?: unknown };
  const details = [error, description, cause instanceof Error ? messageOf(cause) : undefined].filter((text) => typeof text === 'string' && text !== '');
  return displayLine(`${messageOf(thrown)}${details.length > 0 ? ` (${details.join(': ')})` : ''}`, 300);
}
