import { describe, expect, test } from 'vitest';
import { type TracingOptions, traceTargets, tracingOptions } from './options.ts';

const parsed = (name: keyof typeof tracingOptions, text: string) => tracingOptions[name].schema.safeParse(text);
const defaults = Object.fromEntries(Object.entries(tracingOptions).map(([name, { schema, default: text }]) => [name, schema.parse(text)])) as TracingOptions;

describe('where traces go', () => {
  test.each<readonly [string, Partial<TracingOptions>, readonly string[]]>([
    ['nowhere by default', {}, []],
    ['to the collector, with the path of traces', { endpoint: 'http://otel:4318' }, ['http://otel:4318/v1/traces']],
    ['to the address of traces as it is', { endpoint: 'http://otel:4318', tracesEndpoint: 'http://tempo/otlp' }, ['http://tempo/otlp']],
    ['not to Langfuse with half of its keys', { langfusePublicKey: 'pk' }, []],
    ['to Langfuse', { langfusePublicKey: 'pk', langfuseSecretKey: 'sk' }, ['https://cloud.langfuse.com/api/public/otel/v1/traces']],
  ])('%s', (_, options, urls) => {
    expect(traceTargets({ ...defaults, ...options }).map(({ url }) => url)).toEqual(urls);
  });

  test('headers are written as OpenTelemetry has them', () => {
    expect(parsed('headers', 'authorization=Basic%20eA==,x-tenant=sre')).toMatchObject({
      success: true,
      data: { authorization: 'Basic eA==', 'x-tenant': 'sre' },
    });
    expect(parsed('headers', 'authorization: Basic x').success).toBe(false);
    expect(parsed('endpoint', 'otel:4318').success).toBe(false);
  });
});
