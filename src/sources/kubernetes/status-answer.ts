import type { UnavailableReason } from '#domain/evidence.ts';
import { failed, type Read } from './cluster-reader.ts';
import type { HttpAnswer, NoAnswer } from './http-get.ts';

const LONGEST_MESSAGE = 300;

/** The message of a Status, or the beginning of whatever else came as an error. */
export function messageIn(body: Buffer): string {
  const text = body.toString('utf8', 0, 4096);
  let message = text;
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null && 'message' in status && typeof status.message === 'string') message = status.message;
  } catch {
    // A proxy's page or a plain text: shown as it is.
  }
  return message
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_MESSAGE);
}

/** What an error answer to `verb` on `what` means to the one who asked. */
export function refused(verb: string, what: string, server: string, { status, body }: HttpAnswer): Extract<Read<never>, { outcome: 'failed' }> {
  const said = messageIn(body);
  switch (status) {
    case 401:
      return failed('forbidden', `${server} does not accept our credentials (401) to ${verb} ${what}: ${said}`);
    case 403:
      return failed('forbidden', `Not allowed to ${verb} ${what}: ${said}`);
    case 404:
      return failed('not-configured', `This cluster does not serve ${what} (404).`);
    case 504:
      return failed('timeout', `${server} timed out (504) on ${verb} ${what}: ${said}`);
    default:
      return failed(status === 429 || status >= 500 ? 'unreachable' : 'invalid', `${server} answered ${status} to ${verb} ${what}: ${said}`);
  }
}

const REASONS: Readonly<Record<NoAnswer['kind'], UnavailableReason>> = {
  timeout: 'timeout',
  unreachable: 'unreachable',
  'too-large': 'budget',
  'broken-off': 'invalid',
  aborted: 'timeout',
};

/** What no answer means. */
export function unanswered(verb: string, what: string, server: string, { kind, message }: NoAnswer): Extract<Read<never>, { outcome: 'failed' }> {
  return failed(REASONS[kind], `${server} could not be asked to ${verb} ${what}: ${message}`);
}
