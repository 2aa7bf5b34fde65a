import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyAssets } from './copy-assets.ts';

it('puts style sheets and scripts side by side, and leaves nothing of an earlier build', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oncallm-assets-'));
  const [assets, scripts, to] = [join(folder, 'assets'), join(folder, 'client'), join(folder, 'out')];
  for (const each of [assets, scripts, to]) await mkdir(each);
  await writeFile(join(assets, 'base.css'), 'body{}');
  await writeFile(join(scripts, 'client.js'), 'run()');
  await writeFile(join(scripts, 'client.js.map'), '{}');
  await writeFile(join(to, 'old.js'), 'gone()');

  await copyAssets({ assets, scripts }, to);

  expect((await readdir(to)).sort()).toEqual(['base.css', 'client.js']);
  expect(await readFile(join(to, 'client.js'), 'utf8')).toBe('run()');
  await rm(folder, { recursive: true });
});
