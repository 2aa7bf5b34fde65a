import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';
import { headerListSchema, httpUrlSchema, timeoutSchema } from '../http-option-schemas.ts';

/** How logs are read that the Kubernetes API no longer has. */
export const lokiOptions = defineOptions({
  lokiUrl: option({
    env: 'LOKI_URL',
    schema: httpUrlSchema,
    about: 'Address of Loki; without it only the logs that the Kubernetes API still has are read.',
  }),
  lokiTenant: option({
    env: 'LOKI_TENANT',
    schema: z.string().regex(/^[\w!.*'()|-]{1,150}$/, 'must be a tenant id'),
    about: 'Tenant to ask as, sent as X-Scope-OrgID; several with | between them.',
  }),
  lokiBearerToken: option({ env: 'LOKI_BEARER_TOKEN', schema: z.string().min(1), secret: true, about: 'Token to send to Loki.' }),
  lokiUsername: option({ env: 'LOKI_USERNAME', schema: z.string().min(1), about: 'User name for basic authentication at Loki.' }),
  lokiPassword: option({ env: 'LOKI_PASSWORD', schema: z.string().min(1), secret: true, about: 'Password for basic authentication at Loki.' }),
  lokiHeaders: option({ env: 'LOKI_HEADERS', schema: headerListSchema, secret: true, about: 'Headers to send to Loki besides, as Name=value,Name=value.' }),
  lokiCaFile: option({
    env: 'LOKI_CA_FILE',
    schema: z.string().min(1),
    about: 'PEM file with the certificate authorities that Loki is verified with, instead of the usual ones.',
  }),
  lokiLabels: option({
    env: 'LOKI_LABELS',
    schema: z
      .string()
      .regex(/^[A-Za-z_]\w*,[A-Za-z_]\w*,[A-Za-z_]\w*$/, 'must be three label names with commas between')
      .transform((text) => {
        const [namespace = '', pod = '', container = ''] = text.split(',');
        return { namespace, pod, container };
      }),
    default: 'namespace,pod,container',
    about: 'What the labels are called that hold namespace, pod and container.',
  }),
  lokiLookbackHours: option({
    env: 'LOKI_LOOKBACK_HOURS',
    schema: z.string().regex(/^\d+$/, 'must be a whole number of hours').transform(Number).pipe(z.number().min(1).max(720)),
    default: '6',
    unit: 'count',
    about: 'How many hours back the lines of a container are looked for.',
  }),
  lokiTimeoutMs: option({ env: 'LOKI_TIMEOUT_MS', schema: timeoutSchema, default: '5000', unit: 'ms', about: 'How long one query to Loki may take.' }),
});
