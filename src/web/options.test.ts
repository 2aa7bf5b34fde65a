import { describe, expect, it } from 'vitest';
import { webOptions } from './options.ts';
import { defaultWebOptions } from './testing/start-web.ts';

describe('webOptions', () => {
  it('have the defaults that PRODUCT promises', () => {
    expect(defaultWebOptions).toEqual({
      host: '0.0.0.0',
      port: 8001,
      baseUrl: 'http://localhost:8001',
      webhookTokens: [],
      rateLimitPerIp: 100,
      rateLimitGlobal: 1000,
      trustProxy: false,
      bodyLimitBytes: 32 * 1024 * 1024,
      requestTimeoutSeconds: 30,
      viewerTokens: [],
      sessionKeys: [],
      sessionHours: 168,
      signedLinks: true,
      signedLinkDays: 7,
      trustedUserHeader: '',
      trustedUserProxies: [],
      metricsTokens: [],
      oidcClientId: '',
      oidcClientSecret: '',
      oidcGroupsClaim: 'groups',
      oidcIssuer: '',
      oidcNameClaim: 'email',
      oidcOperatorGroups: [],
      oidcScopes: 'openid profile email',
      oidcSessionHours: 12,
      oidcViewerGroups: [],
    });
  });

  it.each([
    ['webhookTokens', 'one, two\nthree\n', ['one', 'two', 'three']],
    ['baseUrl', 'https://x.example.com/oncallm//', 'https://x.example.com/oncallm'],
    ['trustProxy', 'off', false],
    ['trustProxy', 'true', true],
    ['trustProxy', '2', 2],
    ['trustProxy', '10.0.0.0/8, fd00::/8, loopback', ['10.0.0.0/8', 'fd00::/8', 'loopback']],
    ['port', '0', 0],
  ] as const)('%s reads %j', (name, text, expected) => {
    expect(webOptions[name].schema.parse(text)).toEqual(expected);
  });

  it.each([
    ['webhookTokens', 'one two'],
    ['baseUrl', 'oncallm.example.com'],
    ['baseUrl', 'ftp://x'],
    ['baseUrl', 'https://x/?a=1'],
    ['baseUrl', 'https://user:pw@x'],
    ['trustProxy', 'maybe'],
    ['port', '65536'],
    ['port', '80.5'],
    ['port', '-1'],
    ['rateLimitPerIp', '1e3'],
    ['bodyLimitBytes', '1048576'],
    ['requestTimeoutSeconds', '0'],
    ['host', ' '],
  ] as const)('%s refuses %j', (name, text) => {
    expect(webOptions[name].schema.safeParse(text).success).toBe(false);
  });
});
