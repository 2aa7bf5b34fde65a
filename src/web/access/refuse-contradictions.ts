import { OncallmError } from '#domain/error.ts';
import type { WebOptions } from '../options.ts';

/** Throws an OncallmError when the settings contradict each other in a way that would leave pages open or shut by mistake. */
export function refuseContradictions(options: WebOptions): void {
  refuseHalfAProxy(options);
  refuseHalfAProvider(options);
}

function refuseHalfAProxy({ trustedUserHeader, trustedUserProxies }: WebOptions): void {
  if (trustedUserHeader !== '' && trustedUserProxies.length === 0)
    throw new OncallmError(
      'config-invalid',
      'TRUSTED_USER_HEADER is set, but TRUSTED_USER_PROXIES names no proxy whose header is to be believed: nobody could sign in.',
      'Set TRUSTED_USER_PROXIES to the addresses of the proxy, or unset TRUSTED_USER_HEADER.',
    );
  if (trustedUserHeader === '' && trustedUserProxies.length > 0)
    throw new OncallmError(
      'config-invalid',
      'TRUSTED_USER_PROXIES is set, but TRUSTED_USER_HEADER is not: the name that the proxy passes would not be looked at.',
      'Set TRUSTED_USER_HEADER to the header that the proxy sets, or unset TRUSTED_USER_PROXIES.',
    );
}

function refuseHalfAProvider(options: WebOptions): void {
  const { oidcIssuer, oidcClientId, oidcClientSecret, oidcViewerGroups, oidcOperatorGroups, sessionKeys, viewerTokens } = options;
  if (oidcIssuer === '') {
    const set = Object.entries({
      OIDC_CLIENT_ID: oidcClientId,
      OIDC_CLIENT_SECRET: oidcClientSecret,
      OIDC_VIEWER_GROUPS: oidcViewerGroups,
      OIDC_OPERATOR_GROUPS: oidcOperatorGroups,
    }).find(([, value]) => value.length > 0);
    if (set === undefined) return;
    throw new OncallmError(
      'config-invalid',
      `${set[0]} is set, but OIDC_ISSUER is not: nobody would be signed in by a provider.`,
      `Set OIDC_ISSUER to the issuer of the provider, or unset ${set[0]}.`,
    );
  }
  if (oidcClientId === '')
    throw new OncallmError(
      'config-invalid',
      'OIDC_ISSUER is set, but OIDC_CLIENT_ID is not: the provider would not know who asks.',
      'Register OnCallM at the provider and set OIDC_CLIENT_ID.',
    );
  if (oidcClientSecret === '' && sessionKeys.length === 0 && viewerTokens.length === 0)
    throw new OncallmError(
      'config-invalid',
      'OIDC_ISSUER is set without OIDC_CLIENT_SECRET: there is nothing to sign session cookies with.',
      'Set ONCALLM_SESSION_KEY (make one with: openssl rand -hex 32), or OIDC_CLIENT_SECRET.',
    );
}
