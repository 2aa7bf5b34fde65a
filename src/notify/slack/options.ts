import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** Settings of the notifier for Slack. */
export const notifySlackOptions = defineOptions({
  url: option({
    env: 'NOTIFY_SLACK_URL',
    schema: z
      .string()
      .trim()
      .refine((text) => text === '' || ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''), 'allowed is an http(s) address'),
    default: '',
    secret: true,
    about: 'Incoming webhook of a Slack channel (or of Mattermost, which understands the same) that every answer is told to. Empty: it is not told.',
  }),
});
