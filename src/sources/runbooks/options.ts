import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** Where the runbooks are. */
export const runbookOptions = defineOptions({
  runbooks: option({
    env: 'RUNBOOKS',
    schema: z
      .string()
      .transform((text) =>
        text
          .split(/[,\r\n]+/)
          .map((place) => place.trim())
          .filter((place) => place !== ''),
      )
      .refine(
        (places) => places.every((place) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(place) || /^https?:\/\/[^\s/]+\//i.test(place)),
        'must be folders, files or http(s) addresses of Markdown pages',
      ),
    default: '',
    about:
      'Runbooks in Markdown: folders, files and http(s) addresses, separated by commas or line breaks. Matched by the name of the alert, see docs/runbooks.md.',
  }),
  runbooksRefreshMinutes: option({
    env: 'RUNBOOKS_REFRESH',
    schema: z
      .string()
      .trim()
      .regex(/^\d{1,5}$/, 'must be a whole number')
      .transform(Number)
      .pipe(z.number().min(1).max(10_080)),
    default: '10',
    unit: 'minutes',
    about: 'How long runbooks are used before they are read again.',
  }),
});
