import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedPackage } from './licences.ts';

/** A bill of materials as far as it is looked at here. Source: https://cyclonedx.org/docs/1.5/json/ */
export interface Bom {
  readonly metadata: {
    readonly component: { readonly name: string; readonly version: string; readonly [more: string]: unknown };
    readonly [more: string]: unknown;
  };
  readonly components: readonly { readonly 'bom-ref': string; readonly group?: string; readonly name: string; readonly version: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly [more: string]: unknown;
}

type Packages = Readonly<Record<string, LockedPackage>>;

/**
 * The part of a bill of everything that is in the image: what the lock file marks neither as development nor as optional. (`npm sbom --omit=dev` leaves out packages
 * that development needs too.) Throws when a package of the product is not listed.
 */
export function billOfProduct(bom: Bom, packages: Packages, name: string): Bom {
  const ours = new Set(productPackages(packages));
  const components = bom.components.filter((one) => ours.has(nameOf(one)));
  const listed = new Set(components.map(nameOf));
  const missing = [...ours].filter((one) => !listed.has(one));
  if (missing.length > 0) throw new Error(`The bill of materials lacks ${missing.join(', ')}`);
  const root = `${name}@${bom.metadata.component.version}`;
  const refs = new Set([root, ...components.map((one) => one['bom-ref'])]);
  return {
    ...bom,
    metadata: { ...bom.metadata, component: { ...bom.metadata.component, name } },
    components,
    dependencies: bom.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
  };
}

function nameOf({ group, name, version }: Bom['components'][number]): string {
  return `${group ? `${group}/` : ''}${name}@${version}`;
}

function productPackages(packages: Packages): readonly string[] {
  return Object.entries(packages)
    .filter(([path, { dev, link, devOptional, optional }]) => path !== '' && !dev && !link && !devOptional && !optional)
    .map(([path, { name, version }]) => `${name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version ?? ''}`);
}

/** `npm run sbom` writes `dist/sbom.cdx.json`, which is part of the image. */
if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const made = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (made.status !== 0) throw new Error(`npm sbom failed: ${made.stderr}`);
  const { packages } = read('package-lock.json') as { readonly packages: Packages };
  const { name } = read('package.json') as { readonly name: string };
  const bom = billOfProduct(JSON.parse(made.stdout) as Bom, packages, name);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(bom, undefined, 2)}\n`);
  process.stdout.write(`dist/sbom.cdx.json: ${bom.components.length} components\n`);
}
