import { describe, expect, it } from 'vitest';
import { accessOptions } from './options.ts';

const TOKEN = 'a-token-of-16-ch';

describe('accessOptions', () => {
  it.each([
    ['viewerTokens', `${TOKEN}, ${TOKEN}2\n`, [TOKEN, `${TOKEN}2`]],
    ['signedLinks', 'OFF', false],
    ['signedLinks', 'true', true],
    ['trustedUserHeader', 'X-Forwarded-User', 'x-forwarded-user'],
    ['trustedUserProxies', '10.0.0.0/8, fd00::/8, Loopback, 192.0.2.7', ['10.0.0.0/8', 'fd00::/8', 'loopback', '192.0.2.7']],
    ['trustedUserProxies', '', []],
    ['signedLinkDays', '30', 30],
    ['oidcIssuer', 'https://keycloak.example.com/realms/ops', 'https://keycloak.example.com/realms/ops'],
    ['oidcIssuer', 'http://[::1]:5556/dex', 'http://[::1]:5556/dex'],
    ['oidcViewerGroups', 'sre, On call,', ['sre', 'On call']],
  ] as const)('%s reads %j', (name, text, expected) => {
    expect(accessOptions[name].schema.parse(text)).toEqual(expected);
  });

  it.each([
    ['viewerTokens', 'short'],
    ['viewerTokens', `${TOKEN},short`],
    ['viewerTokens', `${TOKEN} with spaces`],
    ['metricsTokens', 'short'],
    ['sessionKeys', 'less-than-32-characters'],
    ['signedLinks', 'perhaps'],
    ['signedLinkDays', '0'],
    ['sessionHours', '1e3'],
    ['trustedUserHeader', 'X Forwarded'],
    ['trustedUserHeader', 'Host'],
    ['trustedUserProxies', 'on'],
    ['trustedUserProxies', '0.0.0.0/33'],
    ['trustedUserProxies', '10.0.0.0/8/8'],
    ['trustedUserProxies', '10.0.0'],
    ['trustedUserProxies', 'proxy.example.com'],
    ['oidcIssuer', 'http://keycloak.example.com'],
    ['oidcIssuer', 'https://user:secret@keycloak.example.com'],
    ['oidcIssuer', 'keycloak.example.com'],
    ['oidcScopes', 'profile email'],
    ['oidcSessionHours', '0'],
  ] as const)('%s refuses %j', (name, text) => {
    expect(accessOptions[name].schema.safeParse(text).success).toBe(false);
  });

  it('a refused secret is not in the reason', () => {
    expect(JSON.stringify(accessOptions.viewerTokens.schema.safeParse('sesame').error?.issues)).not.toContain('sesame');
  });
});
