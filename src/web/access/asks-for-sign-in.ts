import type { WebOptions } from '../options.ts';

/** Whether pages and API are for some people only. */
export function asksForSignIn({ viewerTokens, trustedUserHeader, oidcIssuer }: Pick<WebOptions, 'viewerTokens' | 'trustedUserHeader' | 'oidcIssuer'>): boolean {
  return viewerTokens.length > 0 || trustedUserHeader !== '' || oidcIssuer !== '';
}

/** Whose signatures are accepted; the first one signs. Taking a viewer token away ends what was signed with it. */
export function keySecretsOf({
  sessionKeys,
  viewerTokens,
  oidcClientSecret,
}: Pick<WebOptions, 'sessionKeys' | 'viewerTokens' | 'oidcClientSecret'>): readonly string[] {
  if (sessionKeys.length > 0) return sessionKeys;
  return viewerTokens.length > 0 || oidcClientSecret === '' ? viewerTokens : [oidcClientSecret];
}
