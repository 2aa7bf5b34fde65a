import { z } from 'zod';
import { analysisSchema } from './analysis.ts';
import { causeSchema } from './report.ts';
import { aboutSchema, joinedBySchema, named, severitySchema, timeSchema } from './shared.ts';

const investigationSchema = named(
  'Investigation',
  z.object({
    id: z.string(),
    state: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']),
    attempts: z.number(),
    created_at: timeSchema,
    started_at: timeSchema.nullable(),
    completed_at: timeSchema.nullable(),
    problem: z.string().nullable(),
  }),
);
export type InvestigationLine = z.output<typeof investigationSchema>;

const incidentLineSchema = z.object({
  id: z.string(),
  title: z.string(),
  cluster: z.string(),
  severity: severitySchema,
  state: z.enum(['open', 'closed']),
  opened_at: timeSchema,
  updated_at: timeSchema,
  closed_at: timeSchema.nullable(),
  split_from: z.string().nullable().describe('The incident that a person took these alerts out of.'),
  alerts: z.object({ total: z.number(), firing: z.number() }),
  lead: z.object({ fingerprint: z.string(), alert_name: z.string(), namespace: z.string() }),
  cause: causeSchema,
  healthy: z.boolean(),
  inconclusive: z.boolean(),
  investigation: investigationSchema.nullable(),
  report_url: z.string(),
});
export type IncidentLine = z.output<typeof incidentLineSchema>;

/** `GET /api/v1/incidents`. */
export const incidentListSchema = named(
  'IncidentList',
  z.object({ incidents: z.array(named('IncidentLine', incidentLineSchema)), next: z.string().nullable() }),
);

/** `GET /api/v1/incidents/{id}`. */
export const incidentSchema = named(
  'Incident',
  incidentLineSchema.extend({
    members: z.array(
      z.object({
        fingerprint: z.string(),
        alert_name: z.string(),
        namespace: z.string(),
        status: z.enum(['firing', 'resolved', 'stale']),
        startsAt: timeSchema,
        endsAt: timeSchema.nullable(),
        about: aboutSchema,
        joined_by: joinedBySchema,
        report_url: z.string(),
      }),
    ),
    investigations: z.array(investigationSchema),
    analysis: analysisSchema.nullable(),
  }),
);

/** `POST /api/v1/incidents/{id}/investigate`. */
export const investigateAnswerSchema = z.object({ investigation_id: z.string(), status: z.literal('queued') });

const fingerprintSchema = z.string().min(1).max(1_000);
/** `POST /api/v1/incidents/{id}/split`; a form names `fingerprints` once for each. */
export const splitSchema = z.object({
  fingerprints: z
    .union([z.array(fingerprintSchema).max(500), fingerprintSchema])
    .default([])
    .describe('The alerts to take out.'),
});
export const splitAnswerSchema = z.object({
  incident_id: z.string().describe('The new incident.'),
  investigation_id: z.string(),
  status: z.literal('queued'),
});

/** `POST /api/v1/incidents/{id}/join`, without a body. */
export const joinAnswerSchema = z.object({
  incident_id: z.string().describe('The incident that the alerts came from.'),
  investigation_id: z.string(),
  status: z.literal('queued'),
});

/** `POST /api/v1/investigations/{id}/feedback`; the same names in a form. */
export const feedbackSchema = z.object({
  verdict: z.enum(['right', 'wrong', 'partly']),
  comment: z.string().max(4_000).default(''),
});
export const feedbackAnswerSchema = z.object({ status: z.literal('recorded') });
