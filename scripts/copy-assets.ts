import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts what browsers load into one folder: the style sheets and images of src/web/assets, and the scripts that tsc made of src/web/client.
 * Part of `npm run build`; the server shows the folder under /assets/.
 */
export async function copyAssets(from: { readonly assets: string; readonly scripts: string }, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await cp(from.assets, to, { recursive: true });
  for (const name of await readdir(from.scripts)) {
    if (name.endsWith('.js')) await cp(join(from.scripts, name), join(to, name));
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  await copyAssets({ assets: join(root, 'src/web/assets'), scripts: join(root, 'dist/web/client') }, join(root, 'dist/web/assets'));
}
