import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NOTIFIER_STEPS, notifierFiles } from './new/notifier-files.ts';
import { RULE_STEPS, ruleFiles } from './new/rule-files.ts';
import { SOURCE_STEPS, sourceFiles } from './new/source-files.ts';

/** `npm run new rule|source|notifier <name>`: makes folder, code and test of a unit, and what is derived from it. */
const KINDS: Readonly<Record<string, { readonly files: (id: string) => Readonly<Record<string, string>>; readonly steps: readonly string[] }>> = {
  rule: { files: ruleFiles, steps: RULE_STEPS },
  source: { files: sourceFiles, steps: SOURCE_STEPS },
  notifier: { files: notifierFiles, steps: NOTIFIER_STEPS },
};

/** Writes the files below `root`. Returns what was written, or a problem in one line; then nothing was. */
export function makeUnit(kind: string | undefined, id: string | undefined, root: string): { readonly files: readonly string[] } | { readonly problem: string } {
  const unit = Object.hasOwn(KINDS, kind ?? '') ? KINDS[kind ?? ''] : undefined;
  if (unit === undefined) return { problem: 'Usage: npm run new rule|source|notifier <name>' };
  if (id === undefined || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id))
    return { problem: `A name is in kebab-case, such as dns-lookup-fails; got ${JSON.stringify(id ?? '')}.` };
  const files = unit.files(id);
  const there = Object.keys(files).find((file) => existsSync(join(root, file)));
  if (there !== undefined) return { problem: `${there} exists already.` };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return { files: Object.keys(files) };
}

if (import.meta.main) {
  const [kind = '', id] = process.argv.slice(2);
  const root = join(import.meta.dirname, '..');
  const made = makeUnit(kind, id, root);
  if ('problem' in made) {
    console.error(made.problem);
    process.exit(2);
  }
  for (const file of made.files) console.log(`made ${file}`);
  if (kind === 'rule') spawnSync(process.execPath, ['--conditions=oncallm', 'scripts/generate.ts'], { cwd: root, stdio: 'inherit' });
  console.log(`\nNext:\n${(KINDS[kind]?.steps ?? []).map((step) => `- ${step}`).join('\n')}`);
}
