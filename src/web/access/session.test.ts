import { beforeAll, describe, expect, it } from 'vitest';
import { type AccessKeys, deriveKeys } from './access-keys.ts';
import { createSessions } from './session.ts';

const [OLD, NEW] = ['the-old-token-0123', 'the-new-token-0123'];
let keys: AccessKeys;
let newKeysOnly: AccessKeys;
let rotated: AccessKeys;
const time = { now: Date.parse('2026-01-05T03:00:00Z') };

beforeAll(async () => {
  [keys, rotated, newKeysOnly] = (await Promise.all([deriveKeys([OLD]), deriveKeys([NEW, OLD]), deriveKeys([NEW])])) as [AccessKeys, AccessKeys, AccessKeys];
});

function sessions(given: { keys?: AccessKeys; tokens?: readonly string[]; baseUrl?: string } = {}) {
  return createSessions({
    keys,
    tokens: [OLD],
    lifetimeSeconds: 3_600,
    userLifetimeSeconds: 1_800,
    baseUrl: 'https://oncallm.example.com',
    clock: () => new Date(time.now),
    ...given,
  });
}
const cookie = (header: string): string => header.split(';')[0] ?? '';

describe('a session cookie', () => {
  it('opens until its time is over', () => {
    const given = cookie(sessions().begin(OLD));
    expect(sessions().read(`other=1; ${given}; more=2`)).toMatchObject({ state: 'open' });
    time.now += 3_599_000;
    expect(sessions().read(given).state).toBe('open');
    time.now += 1_000;
    expect(sessions().read(given).state).toBe('expired');
    time.now -= 3_600_000;
  });

  it('holds neither the token nor anything that scripts, other sites or plain http may see', () => {
    const given = sessions().begin(OLD);
    expect(given).not.toContain(OLD);
    expect(given).toMatch(/^__Host-oncallm_session=\S+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    expect(sessions({ baseUrl: 'https://tools.example.com/oncallm' }).begin(OLD)).toMatch(/^__Secure-oncallm_session=.*; Path=\/oncallm; .*; Secure$/);
    expect(sessions({ baseUrl: 'http://localhost:8001' }).begin(OLD)).toMatch(/^oncallm_session=\S+; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(sessions().end()).toMatch(/^__Host-oncallm_session=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  });

  it('of somebody whom a provider signed in says who and what they may do, until its own time is over, or there is no provider any more', () => {
    const given = cookie(sessions().beginFor({ name: 'Ada Ü. <ada@example.com>', role: 'viewer' }));
    expect(sessions().read(given)).toEqual({ state: 'open', user: { name: 'Ada Ü. <ada@example.com>', role: 'viewer' } });
    expect(sessions().read(given.replace('.viewer.', '.operator.')).state).toBe('forged');
    const other = createSessions({
      keys,
      tokens: [],
      lifetimeSeconds: 1,
      userLifetimeSeconds: 0,
      baseUrl: 'https://oncallm.example.com',
      clock: () => new Date(time.now),
    });
    expect(other.read(given).state).toBe('expired');
    time.now += 1_800_000;
    expect(sessions().read(given).state).toBe('expired');
    time.now -= 1_800_000;
  });

  it('does not open when any of it was changed', () => {
    const [name = '', value = ''] = cookie(sessions().begin(OLD)).split('=');
    const [expires = '', tokenName = '', signature = ''] = value.split('.');
    const forged = [
      `${Number(expires) + 1}.${tokenName}.${signature}`,
      `${expires}.${tokenName.slice(1)}x.${signature}`,
      `${expires}.${tokenName}.${signature.slice(1)}x`,
      `${expires}.${tokenName}.`,
      `${expires}.${tokenName}.${signature}.`,
      `${expires}..${signature}`,
      'x',
    ];
    for (const each of forged) expect(sessions().read(`${name}=${each}`), each).toEqual({ state: 'forged' });
    expect(sessions().read(`${name}=`)).toEqual({ state: 'none' });
  });

  it('is not a signature of a link', () => {
    const { sign, namesOf } = keys;
    const name = namesOf(OLD)[0] ?? '';
    expect(sessions().read(`__Host-oncallm_session=9999999999.${name}.${sign(['link', '9999999999', name])}`)).toEqual({ state: 'forged' });
  });

  it('outlives a new token, and ends with its own', () => {
    const given = cookie(sessions().begin(OLD));
    expect(sessions({ keys: rotated, tokens: [NEW, OLD] }).read(given).state).toBe('open');
    expect(sessions({ keys: newKeysOnly, tokens: [NEW] }).read(given).state).toBe('forged');
    // With a key of its own the signature is good for longer than the token.
    expect(sessions({ keys, tokens: [NEW] }).read(given).state).toBe('forged');
  });

  it('is not looked for in headers without end', () => {
    expect(sessions().read(`${'x'.repeat(20_000)}; ${cookie(sessions().begin(OLD))}`)).toEqual({ state: 'none' });
  });
});
