import { badRequest } from './api-error.ts';

/**
 * The access review in a request body: JSON, or the protobuf in which kubectl sends it. Of protobuf only what a review needs is read.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 */
export function readReview(body: Buffer, plural: string): unknown {
  try {
    if (body.subarray(0, 4).toString('latin1') !== 'k8s\0') return JSON.parse(body.toString('utf8'));
    const raw = [...fields(body.subarray(4))].find(([number]) => number === 2)?.[1] ?? Buffer.alloc(0);
    return read(raw, { 2: ['spec', plural === 'selfsubjectrulesreviews' ? { 1: ['namespace'] } : { 1: ['resourceAttributes', ATTRIBUTES] }] });
  } catch (error) {
    throw badRequest(`the object provided is unrecognized (must be of type ${plural}): ${error}`);
  }
}

/** Field number to name, and for a nested message its own schema. */
interface Schema {
  readonly [field: number]: readonly [name: string, nested?: Schema];
}

const ATTRIBUTES: Schema = { 1: ['namespace'], 2: ['verb'], 3: ['group'], 4: ['version'], 5: ['resource'], 6: ['subresource'], 7: ['name'] };
const VARINT = 0;
const BYTES = 2;

function read(message: Buffer, schema: Schema): Record<string, unknown> {
  const entries = [...fields(message)].flatMap(([number, value]) => {
    const known = schema[number];
    return known ? [[known[0], known[1] ? read(value, known[1]) : value.toString('utf8')] as const] : [];
  });
  return Object.fromEntries(entries);
}

function* fields(message: Buffer): Generator<readonly [number: number, value: Buffer]> {
  let position = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[position];
      if (byte === undefined) throw new Error('truncated');
      position += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (position < message.length) {
    const key = varint();
    const wire = key % 8;
    if (wire === VARINT) varint();
    else if (wire === BYTES) {
      const length = varint();
      yield [Math.floor(key / 8), message.subarray(position, position + length)];
      position += length;
    } else throw new Error(`wire type ${wire}`);
  }
}
