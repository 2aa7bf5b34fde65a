import { z } from 'zod';
import type { Analysis } from '#domain/report.ts';
import { confidenceSchema, named, timeSchema } from './shared.ts';

/*
 * What a report says. Loose objects: a field that an investigation added is shown even if it is not described here yet.
 */

const subjectSchema = named('Subject', z.looseObject({ kind: z.string(), namespace: z.string().nullable(), name: z.string() }));
const evidenceIds = z.array(z.string()).describe('Ids in `evidence`.');

const rootCauseSchema = named(
  'RootCause',
  z.looseObject({
    rank: z.number(),
    code: z.string(),
    title: z.string(),
    subject: subjectSchema,
    confidence: confidenceSchema,
    explanation: z.string(),
    evidence: evidenceIds,
    rule: z.string(),
    since: timeSchema.nullable(),
    affects: z.array(subjectSchema),
    reasons: z.array(z.string()).describe('What each cited evidence shows, in the order of `evidence`.'),
  }),
);

const actionSchema = named(
  'Action',
  z.looseObject({
    kind: z.enum(['immediate', 'fix', 'prevent']),
    text: z.string(),
    command: z.string().describe('To be run by a person; empty when there is none.'),
    risk: z.enum(['none', 'low', 'medium', 'high']),
    cause: z.number().nullable().describe('Rank of the cause that it is for.'),
  }),
);

const evidenceSchema = named(
  'Evidence',
  z.looseObject({
    id: z.string(),
    source: z.enum(['kubernetes', 'prometheus', 'logs', 'alert', 'change', 'runbook', 'memory']),
    title: z.string(),
    subject: subjectSchema.nullable(),
    query: z.string().describe('What a person would run to see the same.'),
    observed_at: timeSchema,
    excerpt: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
);

const modelUsage = { model: z.string(), steps: z.number(), input_tokens: z.number(), output_tokens: z.number(), cost_usd: z.number().nullable() };
const usageSchema = z.looseObject({
  duration_ms: z.number(),
  kubernetes_requests: z.number(),
  llm: z.looseObject({ ...modelUsage, fast: z.looseObject(modelUsage).optional() }).nullable(),
});

export const analysisSchema: z.ZodType<Analysis> = named(
  'Analysis',
  z.looseObject({
    mode: z.enum(['rules', 'rules+llm']),
    degraded: z.array(z.string()).describe('Why the answer is less than it could be.'),
    summary: z.string(),
    root_causes: z.array(rootCauseSchema),
    inconclusive: z.boolean(),
    healthy: z.boolean(),
    ruled_out: z.array(z.looseObject({ code: z.string(), why: z.string(), evidence: evidenceIds })),
    consequences: z.array(z.looseObject({ code: z.string(), title: z.string(), subject: subjectSchema, evidence: evidenceIds })),
    impact: z.string(),
    timeline: z.array(z.looseObject({ at: timeSchema, what: z.string(), subject: subjectSchema.nullable(), evidence: z.string().nullable() })),
    actions: z.array(actionSchema),
    evidence: z.array(evidenceSchema),
    usage: usageSchema,
    root_cause: z.string(),
    conclusion: z.string(),
    diagnosis: z.string(),
    summary_of_findings: z.string(),
    recommended_actions: z.string(),
    recommendations: z.string(),
    solution: z.string(),
  }),
);
