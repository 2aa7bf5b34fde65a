import type { z } from 'zod';
import { nearestWord } from '#lib/nearest-word.ts';
import type { Option, OptionSet } from '#lib/option.ts';

/** The settings of the whole product, by the folder that they belong to. */
export type OptionGroups = Readonly<Record<string, OptionSet>>;

/** Values by group and option; an option without a value and without a default is undefined. */
export type ReadValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Settings {
  readonly values: ReadValues;
  /** Names (as in `Option.env`) of the options that somebody set, by whichever name and place. */
  readonly set: ReadonlySet<string>;
  /** What is wrong, one line each, without any secret. Values are usable only when there is none. */
  readonly problems: readonly string[];
}

export interface SettingSources {
  /** The process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The parsed YAML file: its top-level mapping; null when there is no file. */
  readonly file: { readonly path: string; readonly entries: Readonly<Record<string, unknown>> } | null;
  /** Reads the file that a `<NAME>_FILE` variable names; throws when it cannot. */
  readonly readFile: (path: string) => string;
}

/** Keys of the YAML file that are accepted besides the options: whole families of other programs. */
export type AcceptedKey = (key: string) => boolean;

/** Where a text came from, for messages. */
interface Given {
  readonly text: string;
  readonly name: string;
  readonly from: string;
}

/**
 * Reads every option: default, then YAML file, then environment, then the file that `<NAME>_FILE` names (secrets only); the later wins.
 * Never stops at the first problem, and never shows a secret.
 */
export function readOptions(groups: OptionGroups, sources: SettingSources, accepted: AcceptedKey = () => false): Settings {
  const problems = unknownKeys(groups, sources, accepted);
  const set = new Set<string>();
  const values: Record<string, Record<string, unknown>> = {};
  for (const [group, options] of Object.entries(groups)) {
    const own: Record<string, unknown> = {};
    for (const [key, spec] of Object.entries(options)) {
      const given = find(spec, sources, problems);
      if (given) set.add(spec.env);
      const text = given?.text ?? spec.default;
      own[key] = text === undefined ? undefined : parse(spec, text, given, problems);
    }
    values[group] = own;
  }
  return { values, set, problems };
}

/** Every name that an option answers to. */
export function namesOf(spec: Option<unknown>): readonly string[] {
  const names = [spec.env, ...(spec.aliases ?? [])];
  return spec.secret ? [...names, ...names.map((name) => `${name}_FILE`)] : names;
}

function find(spec: Option<unknown>, sources: SettingSources, problems: string[]): Given | undefined {
  const names = [spec.env, ...(spec.aliases ?? [])];
  return (spec.secret ? fromSecretFile(names, sources, problems) : undefined) ?? fromEnvironment(names, sources) ?? fromYaml(names, sources, problems);
}

function fromSecretFile(names: readonly string[], sources: SettingSources, problems: string[]): Given | undefined {
  for (const name of names.map((plain) => `${plain}_FILE`)) {
    const path = sources.env[name] || scalar(sources.file?.entries[name]);
    if (!path) continue;
    try {
      const text = sources.readFile(path).trim();
      if (text === '') problems.push(`${name}: the file ${shown(path)} is empty; write the secret into it or unset ${name}.`);
      else return { text, name, from: `the file named by ${name}` };
    } catch (thrown) {
      problems.push(`${name}: cannot read the file ${shown(path)} (${codeOf(thrown)}); it must exist and be readable by this user.`);
    }
  }
  return undefined;
}

function fromEnvironment(names: readonly string[], { env }: SettingSources): Given | undefined {
  for (const name of names) {
    const text = env[name]?.trim();
    if (text) return { text, name, from: 'the environment' };
  }
  return undefined;
}

function fromYaml(names: readonly string[], { file }: SettingSources, problems: string[]): Given | undefined {
  if (file === null) return undefined;
  for (const name of names) {
    const value = Object.hasOwn(file.entries, name) ? file.entries[name] : undefined;
    if (value === undefined || value === null || value === '') continue;
    const text = scalar(value);
    if (text === undefined) problems.push(`${name} in ${file.path}: got a nested value; allowed is one text, number, true or false, or a list of them.`);
    else return { text: text.trim(), name, from: file.path };
  }
  return undefined;
}

/** YAML's own types as the text that an environment variable would have; undefined for anything nested. */
function scalar(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map(scalar);
  return items.some((item) => item === undefined) ? undefined : items.join(',');
}

function parse(spec: Option<unknown>, text: string, given: Given | undefined, problems: string[]): unknown {
  const parsed = spec.schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const name = given === undefined || given.name === spec.env ? spec.env : `${given.name} (means ${spec.env})`;
  const got = spec.secret ? 'a value that is kept secret' : shown(text);
  const why = spec.secret ? allowed(parsed.error).replaceAll(text, '…') : allowed(parsed.error);
  const usual = spec.default === undefined ? '' : ` The default is ${spec.default}${spec.unit && spec.unit !== 'count' ? ` ${spec.unit}` : ''}.`;
  problems.push(`${name}: got ${got} from ${given?.from ?? 'the default'}; ${why}.${usual}${hint(text)}`);
  return undefined;
}

function allowed(error: z.ZodError): string {
  return error.issues
    .map(({ message }) => message.replaceAll(/\s+/g, ' ').replace(/\.$/, ''))
    .join('; ')
    .slice(0, 300);
}

/** Kubernetes sets `<SERVICE>_PORT` in every pod of a namespace that has a Service of that name. */
function hint(text: string): string {
  return /^tcp:\/\/\d/.test(text) ? ' Kubernetes sets such a variable for a Service of that name: set enableServiceLinks: false in the pod.' : '';
}

function unknownKeys(groups: OptionGroups, { file }: SettingSources, accepted: AcceptedKey): string[] {
  if (file === null) return [];
  const names = Object.values(groups).flatMap((options) => Object.values(options).flatMap(namesOf));
  const known = new Set(names);
  return Object.keys(file.entries)
    .filter((key) => !known.has(key) && !accepted(key))
    .map((key) => {
      const meant = nearestWord(key, names);
      return `${shown(key)} in ${file.path}: there is no such setting${meant === undefined ? '' : `; did you mean ${meant}?`}`;
    });
}

/** Quoted, in one line, of bearable length. */
function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable';
}
