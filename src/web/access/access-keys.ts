import { createHmac, type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isSameText } from './same-text.ts';

/** Signs and checks what OnCallM gives out and takes back: session cookies, report links. */
export interface AccessKeys {
  /** Signature of a message under the first key, as text fit for addresses and cookies. */
  sign(message: readonly string[]): string;
  /** True when one of the keys made the signature of this message. */
  isSigned(message: readonly string[], signature: string): boolean;
  /** Short names of a secret, one per key: tell secrets apart in cookies and logs without telling what they are. */
  namesOf(secret: string): readonly string[];
}

/** 16 MiB and some 70 ms for each guess at the secret behind a leaked signature; once per secret at start. */
const COST: ScryptOptions = { N: 16_384, r: 8, p: 1 };
const SALT = 'oncallm access 1';
const KEY_BYTES = 32;
const NAME_LENGTH = 10;

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

/** Keys from secrets that operators set; replicas with the same secrets accept each other's signatures. Undefined without secrets. */
export async function deriveKeys(secrets: readonly string[]): Promise<AccessKeys | undefined> {
  const keys: Buffer[] = [];
  for (const secret of secrets) keys.push(await derive(secret, SALT, KEY_BYTES, COST));
  const [first] = keys;
  if (first === undefined) return undefined;
  return {
    sign: (message) => mac(first, message),
    isSigned: (message, signature) => keys.reduce((signed, key) => isSameText(mac(key, message), signature) || signed, false),
    namesOf: (secret) => keys.map((key) => mac(key, ['name', secret]).slice(0, NAME_LENGTH)),
  };
}

/** JSON keeps the parts of a message apart, whatever is in them. */
function mac(key: Buffer, message: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(message)).digest('base64url');
}
