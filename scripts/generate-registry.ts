import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { registrySource } from './generate/registry.ts';

/** Writes src/rules/registry.ts from the folders beside it; part of `npm run generate`. */
const folders = readdirSync('src/rules', { withFileTypes: true })
  .filter((entry) => existsSync(`src/rules/${entry.name}/${entry.name}.ts`))
  .map(({ name }) => name);
writeFileSync('src/rules/registry.ts', registrySource(folders));
