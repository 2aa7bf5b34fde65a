import type { WebOptions } from '../options.ts';

/** Whether pages and API are for some people only. */
export function asksForSignIn({ viewerTokens, trustedUserHeader }: Pick<WebOptions, 'viewerTokens' | 'trustedUserHeader'>): boolean {
  return viewerTokens.length > 0 || trustedUserHeader !== '';
}

/** Whose signatures are accepted; the first one signs. Taking a viewer token away ends what was signed with it. */
export function keySecretsOf({ sessionKeys, viewerTokens }: Pick<WebOptions, 'sessionKeys' | 'viewerTokens'>): readonly string[] {
  return sessionKeys.length > 0 ? sessionKeys : viewerTokens;
}
