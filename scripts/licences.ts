import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Anybody may use, change and pass on what is under these, with nothing more to do than to keep the notice. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  // The licence of Python and, since the argparse package renamed it, of that package: the same terms under two identifiers.
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
];
/** Asks for the source of changed files when passed on: tools that are never part of the image pass nothing on. */
const ALLOWED_IN_DEVELOPMENT = [...ALLOWED, 'MPL-2.0'];
/** Made for data, not for code: for packages that are known to hold nothing else. */
const ALLOWED_FOR_DATA = ['CC0-1.0', 'CC-BY-3.0', 'CC-BY-4.0'];
const DATA_PACKAGES = ['caniuse-lite', 'mdn-data', 'spdx-exceptions', 'spdx-license-ids'];

/** A package as package-lock.json has it. Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages */
export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
}

export interface LicenceCheck {
  readonly packages: number;
  /** How many packages are under which expression, most first. */
  readonly counts: readonly (readonly [string, number])[];
  /** One line each. */
  readonly problems: readonly string[];
}

/**
 * Checks every package of the lock file, installed here or not (other platforms). What an installed package says of itself goes before what the
 * lock file says.
 */
export function checkLicences(packages: Readonly<Record<string, LockedPackage>>, installedLicence: (path: string) => string | undefined): LicenceCheck {
  const counts = new Map<string, number>();
  const problems: string[] = [];
  for (const [path, locked] of Object.entries(packages)) {
    if (path === '' || locked.link) continue;
    const name = locked.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = installedLicence(path) ?? locked.license ?? 'none stated';
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
    const allowed = [...(locked.dev ? ALLOWED_IN_DEVELOPMENT : ALLOWED), ...(DATA_PACKAGES.includes(name) ? ALLOWED_FOR_DATA : [])];
    if (!isAllowed(licence, allowed))
      problems.push(`${name} ${locked.version ?? ''}: ${licence} (${locked.dev ? 'development' : 'part of the product'}, ${path})`);
  }
  return { packages: [...counts.values()].reduce((sum, count) => sum + count, 0), counts: [...counts].sort(([, one], [, other]) => other - one), problems };
}

/**
 * Whether a licence expression can be met with the allowed licences alone: of `OR` one side is enough, of `AND` both are needed. What is not an
 * expression (`SEE LICENSE IN ...`, `UNLICENSED`), and exceptions (`WITH`), are for a person to read. Source: SPDX 2.3, annex D.
 */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let place = 0;
  const next = (): string => tokens[place++] ?? '';
  const one = (): boolean => {
    const token = next();
    if (token !== '(') return allowed.includes(token);
    const inside = either();
    return next() === ')' && inside;
  };
  const both = (): boolean => {
    let met = one();
    while (tokens[place] === 'AND') {
      next();
      met = one() && met;
    }
    return met;
  };
  const either = (): boolean => {
    let met = both();
    while (tokens[place] === 'OR') {
      next();
      met = both() || met;
    }
    return met;
  };
  const met = either();
  return met && place === tokens.length;
}

function licenceIn(root: string, path: string): string | undefined {
  try {
    const { license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as { readonly license?: unknown };
    return typeof license === 'string' ? license : undefined;
  } catch {
    return undefined; // not installed on this platform: the lock file is asked
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, LockedPackage>> };
  const check = checkLicences(packages, (path) => licenceIn(root, path));
  process.stdout.write(`${check.packages} packages: ${check.counts.map(([licence, count]) => `${count} ${licence}`).join(', ')}\n`);
  for (const problem of check.problems) process.stderr.write(`Licence not allowed: ${problem}\n`);
  if (check.problems.length > 0) {
    process.stderr.write('Use another package, or, when its terms are fine, add the licence to scripts/licences.ts with the reason.\n');
    process.exitCode = 1;
  }
}
