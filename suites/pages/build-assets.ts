import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { copyAssets } from '../../scripts/copy-assets.ts';

/** As `npm run build` does; returns the folder to serve as /assets/, inside `folder`. */
export async function buildAssets(folder: string): Promise<string> {
  const root = join(import.meta.dirname, '../..');
  const scripts = join(folder, 'client');
  const compiled = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.client.json'), '--outDir', scripts], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) throw new Error(`tsc could not compile src/web/client: ${compiled.stdout}${compiled.stderr}`);
  const assets = join(folder, 'assets');
  await copyAssets({ assets: join(root, 'src/web/assets'), scripts }, assets);
  return assets;
}
