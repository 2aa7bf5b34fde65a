import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkLicences, isAllowed } from './licences.ts';

const none = () => undefined;

it.each([
  ['MIT', true],
  ['GPL-3.0-only', false],
  ['(AFL-2.1 OR BSD-3-Clause)', true],
  ['GPL-2.0-only OR AGPL-3.0-only', false],
  ['MIT AND ISC', true],
  ['MIT AND GPL-2.0-only', false],
  ['GPL-2.0-only OR MIT AND ISC', true],
  ['(GPL-2.0-only OR MIT) AND LGPL-3.0-only', false],
  ['((MIT))', true],
  ['(MIT', false],
  ['MIT)', false],
  ['MIT ISC', false],
  ['MIT OR', false],
  ['Apache-2.0 WITH LLVM-exception', false],
  ['SEE LICENSE IN LICENSE.md', false],
  ['UNLICENSED', false],
  ['mit-but-not-really', false],
  ['', false],
])('%j is allowed: %s', (expression, expected) => {
  expect(isAllowed(expression, ['MIT', 'ISC', 'BSD-3-Clause'])).toBe(expected);
});

it('names every package whose licence is not on the list', () => {
  const { packages, counts, problems } = checkLicences(
    {
      '': { license: 'MIT' },
      'node_modules/fine': { version: '1.0.0', license: 'MIT' },
      'node_modules/tool': { version: '2.0.0', license: 'MPL-2.0', dev: true },
      'node_modules/shipped': { version: '3.0.0', license: 'MPL-2.0' },
      'node_modules/fine/node_modules/@scope/inner': { version: '4.0.0', license: 'AGPL-3.0-only', dev: true },
      'node_modules/silent': { version: '5.0.0' },
      'node_modules/caniuse-lite': { version: '6.0.0', license: 'CC-BY-4.0', dev: true },
      'node_modules/poem': { version: '7.0.0', license: 'CC-BY-4.0' },
    },
    none,
  );
  expect(packages).toBe(7);
  expect(counts).toContainEqual(['MPL-2.0', 2]);
  expect(problems).toEqual([
    'shipped 3.0.0: MPL-2.0 (part of the product, node_modules/shipped)',
    '@scope/inner 4.0.0: AGPL-3.0-only (development, node_modules/fine/node_modules/@scope/inner)',
    'silent 5.0.0: none stated (part of the product, node_modules/silent)',
    'poem 7.0.0: CC-BY-4.0 (part of the product, node_modules/poem)',
  ]);
});

it('believes the installed package rather than the lock file', () => {
  const { problems } = checkLicences({ 'node_modules/changed': { version: '1.0.0', license: 'MIT' } }, () => 'SSPL-1.0');
  expect(problems).toEqual(['changed 1.0.0: SSPL-1.0 (part of the product, node_modules/changed)']);
});

it('all packages of this project pass', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'licences.ts')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^\d+ packages: \d+ MIT/);
  expect(status).toBe(0);
});
