import type { Fetch } from '#lib/outbound.ts';

/** No answer of a model is longer; a server that sends without end is cut off here or at the deadline, whichever comes first. */
const ANSWER_LIMIT_BYTES = 8 * 1024 * 1024;

/** Names the error of an answer that was cut off. */
export const ANSWER_TOO_LONG = 'AnswerTooLong';

/** A fetch that cuts off answers that do not end. */
export function boundedFetch(fetch: Fetch, limitBytes = ANSWER_LIMIT_BYTES): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null || response.status === 204 || response.status === 304) return response;
    let read = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          read += chunk.byteLength;
          if (read <= limitBytes) return controller.enqueue(chunk);
          const error = new Error(`The model's answer is longer than ${limitBytes} bytes.`);
          error.name = ANSWER_TOO_LONG;
          return controller.error(error);
        },
      }),
    );
    return new Response(counted, { status: response.status === 0 ? 502 : response.status, statusText: response.statusText, headers: response.headers });
  };
}
