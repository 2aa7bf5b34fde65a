import type { Logger } from 'pino';
import type { Tracer } from '#agent/run-trace.ts';
import { traceTargets } from '#agent/tracing/options.ts';
import type { Config } from '#config/load-config.ts';

/** Loads what sends traces of the model's runs, when it is first needed: OpenTelemetry is large. undefined where the settings send them nowhere. */
export function tracerLoader({ tracing: options }: Pick<Config, 'tracing'>, version: string, log: Logger): (() => Promise<Tracer>) | undefined {
  if (traceTargets(options).length === 0) return undefined;
  return async () => {
    const { createOtlpTracer } = await import('#agent/tracing/otlp-tracer.ts');
    return createOtlpTracer({ options, version, onProblem: (why) => log.warn({ why }, 'Could not deliver traces') });
  };
}
