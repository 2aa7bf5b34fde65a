import { describe, expect, it } from 'vitest';
import { mayAct, roleOf } from './roles.ts';

describe('the role that groups give', () => {
  it.each([
    ['no groups are named', [], [], [], 'operator'],
    ['only readers are named, and the person is one', ['a'], ['a'], [], 'operator'],
    ['only readers are named, and the person is none', ['b'], ['a'], [], undefined],
    ['only operators are named: everybody else may read', ['b'], [], ['ops'], 'viewer'],
    ['both are named, the person is in the first', ['a'], ['a'], ['ops'], 'viewer'],
    ['both are named, the person is in the second only', ['ops'], ['a'], ['ops'], 'operator'],
    ['both are named, the person is in neither', ['A', 'OPS'], ['a'], ['ops'], undefined],
  ] as const)('%s', (_when, groups, viewerGroups, operatorGroups, role) => {
    expect(roleOf(groups, { viewerGroups, operatorGroups })).toBe(role);
  });
});

describe('who may act', () => {
  it.each([
    ['anybody, where nobody is asked', null, true],
    ['who has a token', { kind: 'token', name: 'x', session: true }, true],
    ['an operator', { kind: 'user', name: 'ada', role: 'operator', session: true }, true],
    ['not who may only read', { kind: 'user', name: 'grace', role: 'viewer', session: true }, false],
    ['not who came by a link', { kind: 'link', fingerprint: 'f', cluster: 'c', exp: '1', sig: 's' }, false],
  ] as const)('%s', (_who, viewer, may) => {
    expect(mayAct(viewer)).toBe(may);
  });
});
