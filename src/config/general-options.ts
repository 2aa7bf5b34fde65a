import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** Settings that belong to no single folder. */
export const generalOptions = defineOptions({
  configFile: option({
    env: 'CONFIG_FILE',
    schema: z.string(),
    default: '',
    about: 'YAML file with the same settings, by the same names; the environment goes before it. Empty: there is none.',
  }),
  logLevel: option({
    env: 'LOG_LEVEL',
    schema: word(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    default: 'info',
    about: 'How much is logged: trace, debug, info, warn, error, fatal or silent.',
  }),
  logFormat: option({
    env: 'LOG_FORMAT',
    schema: word(['json', 'text']),
    default: 'json',
    about: 'json: one object a line, for machines. text: for people at a terminal.',
  }),
});

/** One of a few words, in whatever case. */
function word<const W extends string>(words: readonly W[]): z.ZodType<W, string> {
  return z.string().transform((text, context): W => {
    const found = words.find((candidate) => candidate === text.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `allowed is one of ${words.join(', ')}` });
    return z.NEVER;
  });
}
