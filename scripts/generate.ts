import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readStockAlerts } from '#testing/alerts/stock-alerts.ts';
import { registrySource } from './generate/registry.ts';
import { stockAlertsSource } from './generate/stock-alerts.ts';

/**
 * `npm run generate`: writes what can be derived (rule registry, rule pages, configuration reference, permissions).
 * `npm run generate -- --check`: writes nothing and fails when a page is stale.
 */
const checking = process.argv.includes('--check');
const stale: string[] = [];
const ids = readdirSync('src/rules', { withFileTypes: true })
  .filter((entry) => existsSync(`src/rules/${entry.name}/${entry.name}.ts`))
  .map(({ name }) => name);
put('src/rules/registry.ts', registrySource(ids));
const stockAlerts = readStockAlerts();
put('src/investigate/stock-alerts.ts', stockAlertsSource(stockAlerts));

// After the registry, because these are made from it.
const { RULES } = await import('#rules/registry.ts');
const { OPTION_SECTIONS } = await import('#config/option-sections.ts');
const { rulePage, ruleIndex } = await import('./generate/rule-pages.ts');
const { alertsPage } = await import('./generate/alerts-page.ts');
const { manifests } = await import('./generate/deploy.ts');
const { configurationPage } = await import('./generate/configuration.ts');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

for (const rule of RULES) put(`docs/rules/${rule.id}.md`, rulePage(rule));
put('docs/rules/README.md', ruleIndex(RULES));
const wanted = new Set([...RULES.map(({ id }) => `${id}.md`), 'README.md']);
for (const file of readdirSync('docs/rules')) if (!wanted.has(file)) drop(`docs/rules/${file}`);
put('docs/alerts.md', alertsPage(stockAlerts, RULES));
put('docs/configuration.md', configurationPage(OPTION_SECTIONS));
put('deploy/kubernetes.yaml', manifests(RULES, version));

if (stale.length > 0) {
  console.error(`Stale, run \`npm run generate\`:\n${stale.join('\n')}`);
  process.exit(1);
}

function put(file: string, text: string): void {
  if (read(file) === text) return;
  if (checking) {
    stale.push(file);
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
}

function drop(file: string): void {
  if (checking) stale.push(`${file} (its rule is gone)`);
  else rmSync(file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
