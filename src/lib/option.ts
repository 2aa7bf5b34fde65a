import type { z } from 'zod';

/** One setting: an environment variable and the same key in the YAML file. */
export interface Option<T> {
  /** Environment variable and YAML key. `_FILE` is accepted too when it is a secret. */
  readonly env: string;
  /** Other names that mean the same; the first one set wins. */
  readonly aliases?: readonly string[];
  /** Parses the text of a variable (YAML values arrive as text too). An empty variable counts as not set. */
  readonly schema: z.ZodType<T, string>;
  /** Text that the schema parses; undefined: optional without a default. */
  readonly default?: string;
  readonly unit?: 'ms' | 'seconds' | 'minutes' | 'hours' | 'days' | 'bytes' | 'per minute' | 'count' | undefined;
  /** One sentence for the reference. */
  readonly about: string;
  /** Never printed; may be read from the file named by `<env>_FILE`. */
  readonly secret?: boolean;
}

export type OptionSet = Readonly<Record<string, Option<unknown>>>;
export type OptionValues<S extends OptionSet> = { readonly [K in keyof S]: S[K] extends Option<infer T> ? T : never };

/** Declares the settings of one folder; config/ composes them all. */
export function defineOptions<const S extends OptionSet>(options: S): S {
  return options;
}

export function option<T>(spec: Option<T>): Option<T> {
  return spec;
}
