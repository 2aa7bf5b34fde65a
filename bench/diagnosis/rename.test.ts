import { describe, expect, it } from 'vitest';
import { chooseNames, rename, renameContainers } from './rename.ts';

const items = new Map([
  ['services', [{ metadata: { name: 'cart', namespace: 'shop' } }, { metadata: { name: 'cart-db', namespace: 'shop' } }]],
  ['nodes', [{ metadata: { name: 'master' } }]],
  ['pods', [{ metadata: { name: 'cart-1', namespace: 'shop' }, spec: { containers: [{ name: 'server' }] } }]],
]);

describe('renaming a recording', () => {
  it('gives the same words for the same seed, others for another', () => {
    expect([...chooseNames(items, 1).words]).toEqual([...chooseNames(items, 1).words]);
    expect([...chooseNames(items, 1).words]).not.toEqual([...chooseNames(items, 2).words]);
  });

  it('replaces whole words only, the longest name first', () => {
    const names = chooseNames(items, 1);
    const { words } = names;
    expect(rename('cart-db:6379 cart-7f9 cartography shop', names)).toBe(
      `${words.get('cart-db')}:6379 ${words.get('cart')}-7f9 cartography ${words.get('shop')}`,
    );
  });

  it('leaves well-known labels and words of messages alone', () => {
    const names = chooseNames(items, 1);
    expect(rename('node-role.kubernetes.io/master', names)).toBe('node-role.kubernetes.io/master');
    expect(rename('{"kubernetes.io/role":"master"}', names)).toBe('{"kubernetes.io/role":"master"}');
    expect(rename('server gave HTTP response to HTTPS client', names)).toBe('server gave HTTP response to HTTPS client');
    expect(rename('Back-off restarting failed container server in pod', names)).toBe(
      `Back-off restarting failed container ${names.containers.get('server')} in pod`,
    );
  });

  it('gives a container that is called like an object the word of the object, everywhere', () => {
    const pods = [{ metadata: { name: 'cart-1', namespace: 'shop' }, spec: { containers: [{ name: 'cart' }] } }];
    const names = chooseNames(new Map([...items, ['pods', pods]]), 1);
    const word = names.words.get('cart');
    expect(rename('{"containers":[{"name":"cart"}],"fieldPath":"spec.containers{cart}"}', names)).toBe(
      `{"containers":[{"name":"${word}"}],"fieldPath":"spec.containers{${word}}"}`,
    );
    expect(names.containers.has('cart')).toBe(false);
  });

  it('renames containers where a field names them', () => {
    const { containers } = chooseNames(items, 1);
    expect(renameContainers({ containers: [{ name: 'server', env: [{ name: 'server' }] }] }, containers)).toEqual({
      containers: [{ name: containers.get('server'), env: [{ name: 'server' }] }],
    });
  });
});
