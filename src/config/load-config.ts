import { parse } from 'yaml';
import { messageOf } from '#domain/error.ts';
import type { OptionValues } from '#lib/option.ts';
import { isOfLibrary } from './families.ts';
import { OPTION_GROUPS } from './option-sections.ts';
import { readOptions, type SettingSources } from './read-options.ts';

type Groups = typeof OPTION_GROUPS;

/** Every setting, parsed. Of sources, what has no default and was not set is undefined. */
export type Config = { readonly [G in keyof Groups]: G extends Optional ? Partial<OptionValues<Groups[G]>> : OptionValues<Groups[G]> };
type Optional = 'kubernetes' | 'prometheus' | 'loki';

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  /** One line each, naming the setting; never a secret. */
  | { readonly ok: false; readonly problems: readonly string[] };

export interface ConfigInput {
  /** The process's environment; nothing else in the product reads it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file whole; throws when it cannot. */
  readonly readFile: (path: string) => string;
}

/** Reads all settings: defaults, the YAML file that CONFIG_FILE names, the environment, secret files; the later wins. */
export function loadConfig({ env, readFile }: ConfigInput): LoadedConfig {
  const path = env['CONFIG_FILE'] || undefined;
  const file = path === undefined ? null : readYaml(path, readFile);
  if (typeof file === 'string') return { ok: false, problems: [file] };
  const settings = readOptions(OPTION_GROUPS, { env, file, readFile }, isOfLibrary);
  if (settings.problems.length > 0) return { ok: false, problems: settings.problems };
  // readOptions has parsed every option of every group with its own schema.
  return { ok: true, config: settings.values as Config };
}

function readYaml(path: string, readFile: (path: string) => string): SettingSources['file'] | string {
  let text: string;
  try {
    text = readFile(path);
  } catch (thrown) {
    return `CONFIG_FILE: cannot read ${JSON.stringify(path)} (${messageOf(thrown)}); it must exist and be readable by this user.`;
  }
  try {
    const entries: unknown = parse(text, { maxAliasCount: 100 });
    if (entries === null || entries === undefined) return { path, entries: {} };
    if (typeof entries === 'object' && !Array.isArray(entries)) return { path, entries: entries as Readonly<Record<string, unknown>> };
    return `CONFIG_FILE: ${path} must hold settings as NAME: value, one a line.`;
  } catch (thrown) {
    // The first line of the parser's message names place and problem; what follows quotes the file, secrets and all.
    return `CONFIG_FILE: ${path} is not YAML: ${messageOf(thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : thrown)}`;
  }
}
