import { z } from 'zod';
import { defineOptions, type OptionValues, option } from '#lib/option.ts';
import { headerList, onOff, webAddress } from '../option-schemas.ts';

const KEY = { schema: z.string().trim(), default: '', secret: true } as const;

/** Settings of the traces of what the model does. Without an endpoint or keys nothing is traced, and nothing is loaded for it. */
export const tracingOptions = defineOptions({
  endpoint: option({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: webAddress(),
    default: '',
    about: 'OpenTelemetry collector that takes traces over HTTP (port 4318, not 4317), without /v1/traces; empty sends none.',
  }),
  tracesEndpoint: option({
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    schema: webAddress(),
    default: '',
    about: 'The same with its path, where traces have an address of their own.',
  }),
  headers: option({
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    aliases: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS'],
    schema: headerList(/[\n,]/, '='),
    default: '',
    secret: true,
    about: 'Headers to send with traces, as name=value, separated by commas; values may be percent-encoded.',
  }),
  serviceName: option({ env: 'OTEL_SERVICE_NAME', schema: z.string().trim(), default: 'oncallm', about: 'Name of this service in traces.' }),
  contents: option({
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    schema: onOff(),
    default: 'off',
    about: 'Whether traces hold what was said to and by the model, with its secrets taken out, besides names, times and counts.',
  }),
  langfusePublicKey: option({ env: 'LANGFUSE_PUBLIC_KEY', ...KEY, about: 'Public key of a Langfuse project that traces are sent to as well.' }),
  langfuseSecretKey: option({ env: 'LANGFUSE_SECRET_KEY', ...KEY, about: 'Secret key of that Langfuse project.' }),
  langfuseHost: option({
    env: 'LANGFUSE_HOST',
    aliases: ['LANGFUSE_BASE_URL'],
    schema: webAddress(),
    default: 'https://cloud.langfuse.com',
    about: 'Address of Langfuse.',
  }),
});

/** The settings of traces, parsed. */
export type TracingOptions = OptionValues<typeof tracingOptions>;

/** A place that traces are sent to. */
export interface TraceTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the settings send traces; empty: nowhere. */
export function traceTargets(options: TracingOptions): readonly TraceTarget[] {
  const { endpoint, tracesEndpoint, headers, langfuseHost, langfusePublicKey, langfuseSecretKey } = options;
  const collector = tracesEndpoint || (endpoint && `${endpoint}/v1/traces`);
  const basic = Buffer.from(`${langfusePublicKey}:${langfuseSecretKey}`).toString('base64');
  return [
    ...(collector ? [{ url: collector, headers }] : []),
    // https://langfuse.com/integrations/native/opentelemetry
    ...(langfusePublicKey && langfuseSecretKey
      ? [{ url: `${langfuseHost}/api/public/otel/v1/traces`, headers: { authorization: `Basic ${basic}`, 'x-langfuse-ingestion-version': '4' } }]
      : []),
  ];
}
