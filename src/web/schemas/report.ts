import { z } from 'zod';
import type { Report } from '#domain/report.ts';
import { analysisSchema } from './analysis.ts';
import { aboutSchema, joinedBySchema, labelSetSchema, named, severitySchema, timeSchema } from './shared.ts';

const statusSchema = z.enum(['queued', 'investigating', 'completed', 'failed', 'skipped']);
const alertStatusSchema = z.enum(['firing', 'resolved', 'stale']);
export const causeSchema = z.object({ code: z.string(), title: z.string(), confidence: z.string().describe('certain, likely or possible') }).nullable();

/** `GET /reports/{fingerprint}`; loose for the reason given in analysis.ts. */
export const reportSchema: z.ZodType<Report> = named(
  'Report',
  z.looseObject({
    fingerprint: z.string(),
    alert_name: z.string(),
    namespace: z.string(),
    cluster: z.string(),
    status: statusSchema,
    status_reason: z.string().nullable(),
    created_at: timeSchema,
    completed_at: timeSchema.nullable(),
    report_url: z.string(),
    alert: z.looseObject({
      status: alertStatusSchema,
      labels: labelSetSchema,
      annotations: labelSetSchema,
      startsAt: timeSchema,
      endsAt: timeSchema.nullable(),
      generatorURL: z.string(),
      last_seen_at: timeSchema,
      repeats: z.number(),
      truncated_alerts: z.number(),
      externalURL: z.string(),
    }),
    incident: z
      .looseObject({
        id: z.string(),
        title: z.string(),
        severity: z.string(),
        state: z.enum(['open', 'closed']),
        split_from: z
          .looseObject({ id: z.string(), title: z.string(), state: z.enum(['open', 'closed']), fingerprint: z.string() })
          .nullable()
          .describe('The incident that a person took these alerts out of.'),
        alerts: z.array(
          z.looseObject({
            fingerprint: z.string(),
            alert_name: z.string(),
            namespace: z.string(),
            status: z.string(),
            about: aboutSchema,
            joined_by: joinedBySchema,
          }),
        ),
      })
      .nullable(),
    investigation: z
      .looseObject({
        id: z.string(),
        attempts: z.number(),
        created_at: timeSchema,
        started_at: timeSchema.nullable(),
        queue_position: z.number().nullable(),
      })
      .nullable(),
    flapping: z
      .looseObject({ times: z.number(), since: timeSchema, last: timeSchema })
      .nullable()
      .describe('That the alert comes and goes: how often it began within an hour, four times or more.'),
    history: z.array(
      z.looseObject({
        episode: z.string(),
        startsAt: timeSchema,
        endsAt: timeSchema.nullable(),
        state: z.enum(['open', 'resolved', 'stale']),
        cause: z.string().nullable(),
      }),
    ),
    analysis: analysisSchema.nullable(),
  }),
);

const reportLineSchema = named(
  'ReportLine',
  z.object({
    fingerprint: z.string(),
    alert_name: z.string(),
    namespace: z.string(),
    cluster: z.string(),
    status: statusSchema,
    status_reason: z.string().nullable(),
    created_at: timeSchema,
    completed_at: timeSchema.nullable(),
    alert_status: alertStatusSchema,
    severity: severitySchema,
    startsAt: timeSchema,
    endsAt: timeSchema.nullable(),
    incident_id: z.string().nullable(),
    cause: causeSchema,
    report_url: z.string(),
  }),
);
export type ReportLine = z.output<typeof reportLineSchema>;

/** `GET /reports`. */
export const reportListSchema = named(
  'ReportList',
  z.object({ reports: z.array(reportLineSchema), next: z.string().nullable().describe('`cursor` of the next page; null at the end.') }),
);
