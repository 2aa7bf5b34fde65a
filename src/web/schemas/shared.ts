import { z } from 'zod';

/** Schemas with a name in the API description; see openapi.ts. */
export const namedSchemas = z.registry<{ readonly id: string }>();

/** Gives a schema a name under `components.schemas`. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  namedSchemas.add(schema, { id });
  return schema;
}

export const problemSchema = named('Problem', z.object({ detail: z.string().describe('What is wrong, in one sentence.') }));

export const severitySchema = z.enum(['critical', 'warning', 'info', 'none', 'unknown']);
export const confidenceSchema = z.enum(['certain', 'likely', 'possible']);
/** UTC RFC 3339. */
export const timeSchema = z.string().describe('UTC, RFC 3339');
export const aboutSchema = z.string().describe('What the labels say the alert is about: `Pod checkout-7d4f-x2k`; empty where they name nothing.');
export const joinedBySchema = z
  .string()
  .describe(
    'Why the alert is in the incident: `node/worker-1`, `workload/shop/checkout` or `namespace/shop` when its labels name the same one, `cause/NodeKubeletDown` when its own investigation found the same cause, `person` when somebody put it back; empty when it came in the same Alertmanager group.',
  );
export const labelSetSchema = z.record(z.string(), z.string());

export const fingerprintParamsSchema = z.object({
  fingerprint: z.string().min(1).describe('Fingerprint of the alert, percent-encoded.'),
});
export const idParamsSchema = z.object({ id: z.string().min(1).max(100) });
export const questionParamsSchema = idParamsSchema.extend({ question: z.string().min(1).max(100).describe('Id of the question.') });
export const clusterNameSchema = z.string().regex(/^[A-Za-z0-9._-]{1,63}$/, 'must be 1 to 63 of the characters A-Z a-z 0-9 . _ -');

const pageFields = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at most.'),
  cursor: z.string().min(1).max(500).optional().describe('`next` of the page before.'),
};
const search = z.string().max(500).optional().describe('Words that must all occur.');
const words = z.string().min(1).max(1_000).optional();

export const reportFilterSchema = z.object({
  status: z.enum(['queued', 'investigating', 'completed', 'failed', 'skipped']).optional(),
  alert_status: z.enum(['firing', 'resolved']).optional(),
  cluster: words,
  namespace: words,
  alert_name: words,
  search,
  ...pageFields,
});

export const incidentFilterSchema = z.object({
  state: z.enum(['open', 'closed']).optional(),
  severity: severitySchema.optional(),
  cluster: words,
  namespace: words,
  search,
  ...pageFields,
});
