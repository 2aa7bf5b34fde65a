import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';
import { headerListSchema, httpUrlSchema, timeoutSchema } from '../http-option-schemas.ts';

/** How metrics are read. */
export const prometheusOptions = defineOptions({
  prometheusUrl: option({
    env: 'PROMETHEUS_URL',
    schema: httpUrlSchema,
    about: 'Address of Prometheus, Thanos, Mimir (with /prometheus) or VictoriaMetrics; without it the one in the cluster is looked for.',
  }),
  prometheusBearerToken: option({
    env: 'PROMETHEUS_BEARER_TOKEN',
    schema: z.string().min(1),
    secret: true,
    about: 'Token to send to Prometheus.',
  }),
  prometheusUsername: option({
    env: 'PROMETHEUS_USERNAME',
    schema: z.string().min(1),
    about: 'User name for basic authentication at Prometheus.',
  }),
  prometheusPassword: option({
    env: 'PROMETHEUS_PASSWORD',
    schema: z.string().min(1),
    secret: true,
    about: 'Password for basic authentication at Prometheus.',
  }),
  prometheusHeaders: option({
    env: 'PROMETHEUS_HEADERS',
    schema: headerListSchema,
    secret: true,
    about: 'Headers to send to Prometheus besides, as Name=value,Name=value; Mimir wants X-Scope-OrgID.',
  }),
  prometheusCaFile: option({
    env: 'PROMETHEUS_CA_FILE',
    schema: z.string().min(1),
    about: 'PEM file with the certificate authorities that Prometheus is verified with, instead of the usual ones.',
  }),
  prometheusTimeoutMs: option({
    env: 'PROMETHEUS_TIMEOUT_MS',
    schema: timeoutSchema,
    default: '5000',
    unit: 'ms',
    about: 'How long one query to Prometheus may take.',
  }),
});
