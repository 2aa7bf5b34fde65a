import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** Settings of the outbound webhook. */
export const notifyWebhookOptions = defineOptions({
  url: option({
    env: 'NOTIFY_WEBHOOK_URL',
    schema: z
      .string()
      .trim()
      .refine((text) => text === '' || ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''), 'allowed is an http(s) address'),
    default: '',
    secret: true,
    about: 'Address that every finished report is posted to as JSON. Empty: nobody is told. Kept secret, since such addresses often contain a key.',
  }),
  token: option({ env: 'NOTIFY_WEBHOOK_TOKEN', schema: z.string().trim(), default: '', secret: true, about: 'Bearer token to send along.' }),
});
