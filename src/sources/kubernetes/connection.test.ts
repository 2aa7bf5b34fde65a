import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kubeconfigFor } from '#testing/kubesim/kubesim.ts';
import { chooseCluster, connect } from './connection.ts';

const folder = mkdtempSync(join(tmpdir(), 'connection-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return { kind: 'kubeconfig', path: join(folder, name) } as const;
};
const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };

test('the kubeconfig, else the service account, else none', () => {
  const [all, nothing] = [() => true, () => false];
  expect(chooseCluster('/a', inPod, all)).toEqual({ kind: 'kubeconfig', path: '/a' });
  expect(chooseCluster('/a:/b', {}, (path) => path === '/b')).toEqual({ kind: 'kubeconfig', path: '/b' });
  expect(chooseCluster('/a:/b', {}, nothing)).toEqual({ kind: 'kubeconfig', path: '/a' });
  expect(chooseCluster(undefined, inPod, all)).toEqual({ kind: 'in-cluster' });
  expect(chooseCluster(undefined, inPod, nothing)).toEqual({ kind: 'none' });
  expect(chooseCluster('', {}, all)).toEqual({ kind: 'none' });
});

test('a kubeconfig gives the address and the credentials', async () => {
  const { server, authenticate } = await connect(file('good', kubeconfigFor('http://127.0.0.1:1/', 'secret')));
  const options = { headers: { accept: 'application/json' } };
  await authenticate(options);
  expect(server).toBe('http://127.0.0.1:1');
  expect(options.headers).toEqual({ accept: 'application/json', Authorization: 'Bearer secret' });
});

test('one without a usable context is refused with one line', async () => {
  await expect(connect(file('empty', 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n'))).rejects.toThrow(/names no cluster/);
  await expect(connect(file('broken', ':\n\t- ['))).rejects.toThrow(/^The kubeconfig .* cannot be read: .*$/);
  await expect(connect({ kind: 'kubeconfig', path: join(folder, 'none') })).rejects.toThrow(/cannot be read/);
});
