import { describe, expect, it } from 'vitest';
import { groupsOf, nameOf } from './claims.ts';

describe('the name of a person', () => {
  it.each([
    ['the wanted claim', { sub: '1', email: 'ada@example.com', preferred_username: 'ada' }, 'email', 'ada@example.com'],
    ['not an address that nobody verified', { sub: '1', email: 'boss@example.com', email_verified: false, preferred_username: 'mallory' }, 'email', 'mallory'],
    ['the subject, when there is nothing else', { sub: '1', email: '' }, 'email', '1'],
    ['on one line', { sub: '1', email: 'ada\r\nlevel=info who=root' }, 'email', 'ada  level=info who=root'],
    ['not an object', { sub: '1', email: { toString: 'x' } }, 'email', '1'],
  ])('%s', (_what, claims, claim, name) => {
    expect(nameOf(claims, claim)).toBe(name);
  });
});

describe('the groups of a person', () => {
  it.each([
    ['a list', { groups: ['a', 'b'] }, 'groups', ['a', 'b']],
    ['one name', { groups: 'a' }, 'groups', ['a']],
    ['a claim with dots in its name', { 'https://example.com/groups': ['a'] }, 'https://example.com/groups', ['a']],
    ['a path', { realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
    ['names only', { groups: ['a', 7, null, { b: 1 }] }, 'groups', ['a']],
    ['not told', {}, 'groups', undefined],
    ['nothing inherited', {}, 'constructor.name', undefined],
  ])('%s', (_what, claims, claim, groups) => {
    expect(groupsOf(claims, claim)).toEqual(groups);
  });
});
