import type { FastifySerializerCompiler } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { messageOf } from '#domain/error.ts';

type Compiler = typeof serializerCompiler extends FastifySerializerCompiler<infer Schema> ? FastifySerializerCompiler<Schema> : never;

/** Writes answers as their schema says. An answer that does not match is logged and sent as it is: a reader is better served by it than by an error. */
export function createSerializer(log: Logger): Compiler {
  return (route) => {
    const write = serializerCompiler(route);
    return (data) => {
      try {
        return write(data);
      } catch (thrown) {
        log.error({ route: route.url, problem: messageOf(thrown) }, 'answer does not match its schema');
        return JSON.stringify(data);
      }
    };
  };
}
