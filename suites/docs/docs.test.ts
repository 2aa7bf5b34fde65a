import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { requireProgram } from '../alertmanager/processes.ts';

const PAGES = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const configs = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, block = ''], index) => ({ name: `${page} block ${index + 1}`, block }))
    .filter(({ block }) => block.includes('receivers:')),
);
const directory = mkdtempSync(path.join(tmpdir(), 'oncallm-docs-'));

beforeAll(() => {
  requireProgram('amtool', 'prometheus-alertmanager');
});

describe('point 40: every Alertmanager configuration in the docs', () => {
  it('is found', () => {
    expect(configs.length).toBeGreaterThan(6);
  });

  it.each(configs)('passes amtool check-config: $name', ({ block }) => {
    const file = path.join(directory, 'alertmanager.yml');
    writeFileSync(file, block);
    const { status, stdout, stderr } = spawnSync('amtool', ['check-config', file], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  const templates = configs.flatMap(({ name, block }) =>
    stringsOf(parse(block))
      .filter((text) => text.includes('{{'))
      .map((text) => ({ name, text })),
  );

  it.each(templates)('renders its template: $name $text', ({ text }) => {
    const file = path.join(directory, 'empty.tmpl');
    writeFileSync(file, '');
    const { status, stdout, stderr } = spawnSync('amtool', ['template', 'render', `--template.glob=${file}`, `--template.text=${text}`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toContain('{{');
    if (text.includes('/report/')) expect(stdout).toMatch(/\/report\/fingerprint1/);
  });
});

describe('the docs', () => {
  const links = PAGES.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => ({ page, target })));

  it.each(links)('link to a file that is there: $page -> $target', ({ page, target }) => {
    expect(existsSync(path.join(path.dirname(page), target))).toBe(true);
  });

  it('show the two commands', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toContain('npm ci && npm run demo');
    expect(readme).toContain('npm ci && npm test');
  });
});

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(stringsOf);
}
