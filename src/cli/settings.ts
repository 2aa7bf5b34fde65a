import { readFileSync } from 'node:fs';
import { type LoadedConfig, loadConfig } from '#config/load-config.ts';
import { OncallmError } from '#domain/error.ts';
import type { Context } from './command.ts';

/** The configuration of this process. Throws an OncallmError `config-invalid` that names every problem, a line each. */
export function settingsOf({ env }: Pick<Context, 'env'>): Extract<LoadedConfig, { readonly ok: true }> {
  const loaded = tryLoading(env);
  if (loaded.ok) return loaded;
  throw new ConfigError(loaded.problems);
}

export function tryLoading(env: Context['env']): LoadedConfig {
  return loadConfig({ env, readFile: (path) => readFileSync(path, 'utf8') });
}

/** Wrong settings; `problems` are shown as they are. */
export class ConfigError extends OncallmError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('config-invalid', problems.join(' '), 'Correct the settings named above; docs/configuration.md describes them.');
    this.problems = problems;
  }
}
