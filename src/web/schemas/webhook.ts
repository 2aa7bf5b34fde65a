import { z } from 'zod';
import { labelSetSchema, named } from './shared.ts';

/** The webhook's answer, in the order of webhook-api. */
export const webhookAnswerSchema = named(
  'WebhookAnswer',
  z.object({
    status: z.literal('success'),
    message: z.literal('Alerts queued for analysis'),
    report_urls: z.array(z.object({ fingerprint: z.string(), alert_name: z.string(), namespace: z.string(), report_url: z.string() })),
    rejected_alerts: z
      .array(z.object({ index: z.number(), detail: z.string() }))
      .optional()
      .describe('Alerts of the request that could not be read; missing when all could.'),
  }),
);

export type WebhookAnswer = z.output<typeof webhookAnswerSchema>;

/** For the description only: what is read of a body, and how tolerantly, is decided by ingest/parse-delivery.ts. */
export const webhookBodySchema = named(
  'AlertmanagerWebhook',
  z.looseObject({
    receiver: z.string().optional(),
    status: z.enum(['firing', 'resolved']).optional(),
    alerts: z.array(
      z.looseObject({
        status: z.enum(['firing', 'resolved']).optional().describe('Read from endsAt when missing.'),
        labels: labelSetSchema.optional(),
        annotations: labelSetSchema.optional(),
        startsAt: z.string().optional().describe('The time of arrival when missing.'),
        endsAt: z.string().optional(),
        generatorURL: z.string().optional(),
        fingerprint: z.string().optional().describe('Computed from the labels, as Prometheus does, when missing.'),
      }),
    ),
    groupLabels: labelSetSchema.optional(),
    commonLabels: labelSetSchema.optional(),
    commonAnnotations: labelSetSchema.optional(),
    externalURL: z.string().optional(),
    version: z.string().optional(),
    groupKey: z.string().optional(),
    truncatedAlerts: z.number().optional(),
  }),
);
