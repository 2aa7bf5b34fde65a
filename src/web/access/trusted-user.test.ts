import { expect, it } from 'vitest';
import { createTrustedUser } from './trusted-user.ts';

const trustedUser = createTrustedUser({ header: 'x-forwarded-user', proxies: ['10.0.0.0/8'] });

function ask(remoteAddress: string, ...rawHeaders: string[]) {
  return trustedUser({ rawHeaders, socket: { remoteAddress } } as Parameters<typeof trustedUser>[0]);
}

it('believes the proxy, however the header is written', () => {
  expect(ask('10.0.0.7', 'Accept', '*/*', 'X-Forwarded-User', ' ada@example.com ')).toEqual({ trusted: true, name: 'ada@example.com' });
  expect(ask('::ffff:10.0.0.7', 'x-forwarded-user', 'cn=ada,ou=ops')).toEqual({ trusted: true, name: 'cn=ada,ou=ops' });
});

it('says nothing when the proxy says nothing', () => {
  expect(ask('10.0.0.7', 'Accept', '*/*')).toBeUndefined();
  expect(ask('10.0.0.7', 'X-Forwarded-User', '')).toBeUndefined();
});

it.each([
  ['another address', ['192.0.2.1', 'X-Forwarded-User', 'admin']],
  ['an address that only X-Forwarded-For claims', ['192.0.2.1', 'X-Forwarded-For', '10.0.0.7', 'X-Forwarded-User', 'admin']],
  ['a proxy that left the header of the client standing', ['10.0.0.7', 'X-Forwarded-User', 'admin', 'X-Forwarded-User', 'ada']],
  ['a proxy that left it standing and adds an empty one', ['10.0.0.7', 'X-Forwarded-User', 'admin', 'X-Forwarded-User', '']],
  ['a name that would break a log line', ['10.0.0.7', 'X-Forwarded-User', 'a\tb\u0007']],
  ['a name without end', ['10.0.0.7', 'X-Forwarded-User', 'x'.repeat(300)]],
] as const)('refuses %s', (_what, [address, ...headers]) => {
  expect(ask(address, ...headers)).toEqual({ trusted: false });
});

it('without a header nobody is believed', () => {
  const off = createTrustedUser({ header: '', proxies: [] });
  expect(off({ rawHeaders: ['', 'admin'], socket: { remoteAddress: '127.0.0.1' } } as unknown as Parameters<typeof off>[0])).toBeUndefined();
});
