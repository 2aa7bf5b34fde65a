import { z } from 'zod';
import { isLoopback } from '#lib/loopback.ts';
import { defineOptions, option } from '#lib/option.ts';

/** Signing people in at an OpenID Connect provider (Keycloak, Dex, Okta, Entra ID, Google ...). Off until OIDC_ISSUER is set. */
export const oidcOptions = defineOptions({
  oidcIssuer: option({
    env: 'OIDC_ISSUER',
    schema: issuer(),
    default: '',
    about:
      'Issuer of an OpenID Connect provider that signs people in, for example https://keycloak.example.com/realms/ops. The address to register there is ONCALLM_BASE_URL followed by /sign-in/oidc/callback.',
  }),
  oidcClientId: option({
    env: 'OIDC_CLIENT_ID',
    schema: z.string().trim().max(500),
    default: '',
    about: 'Name of the client that OnCallM is at the provider.',
  }),
  oidcClientSecret: option({
    env: 'OIDC_CLIENT_SECRET',
    schema: z.string().trim().max(4_000),
    default: '',
    secret: true,
    about: 'Secret of that client. Empty for a public client, which PKCE protects alone; ONCALLM_SESSION_KEY is then needed.',
  }),
  oidcScopes: option({
    env: 'OIDC_SCOPES',
    schema: z
      .string()
      .trim()
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+(?: +[\x21\x23-\x5b\x5d-\x7e]+)*$/, 'must be names separated by spaces')
      .refine((text) => text.split(/ +/).includes('openid'), 'must contain openid'),
    default: 'openid profile email',
    about: 'What is asked of the provider; some give groups only for a scope of their own, for example groups.',
  }),
  oidcNameClaim: option({
    env: 'OIDC_NAME_CLAIM',
    schema: claim(),
    default: 'email',
    about: 'Claim that names a person in the audit log; where it is missing: preferred_username, else sub.',
  }),
  oidcGroupsClaim: option({ env: 'OIDC_GROUPS_CLAIM', schema: claim(), default: 'groups', about: 'Claim that lists the groups of a person.' }),
  oidcViewerGroups: option({
    env: 'OIDC_VIEWER_GROUPS',
    schema: groups(),
    default: '',
    about: 'Groups whose members may read, separated by commas. Without any, everybody whom the provider signs in may.',
  }),
  oidcOperatorGroups: option({
    env: 'OIDC_OPERATOR_GROUPS',
    schema: groups(),
    default: '',
    about: 'Groups whose members may also act (investigate again, ask, give feedback), separated by commas. Without any, everybody who may read may act.',
  }),
  oidcSessionHours: option({
    env: 'OIDC_SESSION_HOURS',
    schema: z
      .string()
      .trim()
      .regex(/^\d{1,4}$/, 'must be a whole number')
      .transform(Number)
      .pipe(z.number().min(1).max(8_760)),
    default: '12',
    unit: 'hours',
    about: 'How long somebody whom the provider signed in stays signed in; until then a change of their groups is not noticed.',
  }),
});

/** Credentials and the code travel there: plain http only on the machine itself. */
function issuer(): z.ZodType<string, string> {
  return z
    .string()
    .trim()
    .refine((text) => {
      if (text === '') return true;
      const url = URL.parse(text);
      if (url === null || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return false;
      return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
    }, 'must be an https address without query, fragment or credentials');
}

function claim(): z.ZodType<string, string> {
  return z.string().trim().min(1).max(200);
}

function groups(): z.ZodType<readonly string[], string> {
  return z.string().transform((text) =>
    text
      .split(/[,\r\n]+/)
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  );
}
