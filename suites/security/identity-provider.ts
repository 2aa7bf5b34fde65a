import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real, certified OpenID Connect provider in this process, with a login page where anybody is let in under the name they type. */
export interface IdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

export const CLIENT_ID = 'oncallm';
export const CLIENT_SECRET = 'a-client-secret-of-many-characters';

/** `groups`: of each person; who is not named has none. `client`: further or other properties of the registered client. */
export async function startIdentityProvider(
  redirectUri: string,
  groups: Readonly<Record<string, readonly string[]>>,
  client: Readonly<Record<string, unknown>> = {},
  port = 0,
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri], ...client }],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
    pkce: { required: () => true },
    cookies: { keys: ['only-for-this-test'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: id !== 'mallory', preferred_username: id, groups: groups[id] }),
    }),
  });
  server.on('request', provider.callback());
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
