import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** An exporter that says when it cannot deliver, once until it can again; OpenTelemetry itself says nothing. */
export function reporting(exporter: SpanExporter, host: string, onProblem: (why: string) => void): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        // 0: delivered.
        const failed = result.code !== 0;
        if (failed && !failing) onProblem(`${host} takes no traces${result.error ? `: ${result.error.message.slice(0, 160)}` : ''}`);
        failing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
