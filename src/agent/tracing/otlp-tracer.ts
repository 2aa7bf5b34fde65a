import { type Attributes, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { LlmReply, LlmRequest } from '../model.ts';
import type { RunTrace, Tracer } from '../run-trace.ts';
import { inputMessages, outputMessages } from './messages.ts';
import { type TraceTarget, type TracingOptions, traceTargets } from './options.ts';
import { reporting } from './reporting-exporter.ts';

export interface OtlpTracerParts {
  readonly options: TracingOptions;
  readonly version: string;
  /** Hears when traces cannot be delivered, once until they can again. */
  readonly onProblem: (why: string) => void;
}

const EXPORT_MS = 5_000;

/** Names of providers in the conventions: https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ */
const PROVIDERS: Readonly<Record<string, string>> = {
  'openai-compatible': 'openai',
  google: 'gcp.gemini',
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
};

/**
 * Traces of runs by OpenTelemetry's conventions for generative AI, over OTLP/HTTP: one trace a run, a span for each request to the model and for each call of a tool.
 * Texts are in them only if the settings say so; those have their secrets taken out, as everything that the model sees.
 */
export function createOtlpTracer({ options, version, onProblem }: OtlpTracerParts): Tracer {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName, 'service.version': version }),
    spanProcessors: traceTargets(options).map(
      (target) => new BatchSpanProcessor({ exporter: reporting(exporterTo(target), new URL(target.url).host, onProblem), exportTimeoutMillis: EXPORT_MS }),
    ),
  });
  const tracer = provider.getTracer('oncallm', version);
  const { contents } = options;

  return {
    begin({ provider: name, model }, investigation) {
      const whose = { 'gen_ai.provider.name': PROVIDERS[name] ?? name, 'gen_ai.request.model': model };
      const run = tracer.startSpan(
        'invoke_agent investigator',
        {
          kind: SpanKind.INTERNAL,
          attributes: {
            ...whose,
            'gen_ai.operation.name': 'invoke_agent',
            'gen_ai.agent.name': 'investigator',
            ...(investigation !== undefined && { 'gen_ai.conversation.id': investigation }),
          },
        },
        ROOT_CONTEXT,
      );
      const inside = trace.setSpan(ROOT_CONTEXT, run);
      const part = (title: string, kind: SpanKind, attributes: Attributes) => tracer.startSpan(title, { kind, attributes }, inside);
      return runTrace(run, part, contents);
    },
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

function runTrace(run: Span, part: (title: string, kind: SpanKind, attributes: Attributes) => Span, contents: boolean): RunTrace {
  return {
    chat({ provider, model }, request) {
      const span = part(`chat ${model}`, SpanKind.CLIENT, {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': PROVIDERS[provider] ?? provider,
        'gen_ai.request.model': model,
        'gen_ai.request.max_tokens': request.maxOutputTokens,
        ...(contents && saidTo(request)),
      });
      return (reply) => {
        span.setAttributes(contents && reply.ok ? { ...measured(reply), 'gen_ai.output.messages': outputMessages(reply) } : measured(reply));
        end(span, reply.ok ? undefined : reply.kind);
      };
    },
    tool({ id, name, input }) {
      const span = part(`execute_tool ${name}`, SpanKind.INTERNAL, {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': id,
        ...(contents && { 'gen_ai.tool.call.arguments': input }),
      });
      return (told, found, at) => {
        if (contents) span.setAttribute('gen_ai.tool.call.result', told);
        end(span, found ? undefined : 'not-found-out', at);
      };
    },
    end({ steps, inputTokens, outputTokens, costUsd }, failure) {
      run.setAttributes({
        'gen_ai.usage.input_tokens': inputTokens,
        'gen_ai.usage.output_tokens': outputTokens,
        'oncallm.steps': steps,
        ...(costUsd !== null && { 'gen_ai.usage.cost': costUsd }),
      });
      end(run, failure);
    },
  };
}

function end(span: Span, failure: string | undefined, at?: Date): void {
  if (failure !== undefined) {
    span.setAttribute('error.type', failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(at);
}

function measured(reply: LlmReply): Attributes {
  if (!reply.ok) return {};
  return {
    'gen_ai.response.finish_reasons': [reply.cut ? 'length' : reply.calls.length > 0 ? 'tool_calls' : 'stop'],
    ...(reply.tokens && { 'gen_ai.usage.input_tokens': reply.tokens.input, 'gen_ai.usage.output_tokens': reply.tokens.output }),
  };
}

function saidTo(request: LlmRequest): Attributes {
  return {
    'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: request.instructions }]),
    'gen_ai.input.messages': inputMessages(request.turns),
  };
}

function exporterTo({ url, headers }: TraceTarget): OTLPTraceExporter {
  return new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_MS });
}
