import type { ApiType } from './api-types.ts';

/** An error answer of the API server: a Status with the reason and the words that a real one gives. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  body(): Record<string, unknown> {
    const { code, reason, message } = this;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details: {}, code };
  }
}

export const notFound = (type: ApiType, name: string) => new ApiError(404, 'NotFound', `${qualified(type)} "${name}" not found`);
export const noSuchResource = () => new ApiError(404, 'NotFound', 'the server could not find the requested resource');
export const methodNotAllowed = () => new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
export const unauthorized = () => new ApiError(401, 'Unauthorized', 'Unauthorized');
export const badRequest = (message: string) => new ApiError(400, 'BadRequest', message);
export const expired = () => new ApiError(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.');

/** 403, in the words of the RBAC authorizer. */
export function forbidden(user: string, verb: string, type: ApiType, subresource: string, name: string, namespace: string | undefined): ApiError {
  const resource = subresource ? `${type.plural}/${subresource}` : type.plural;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const what = `${qualified(type)}${name ? ` "${name}"` : ''}`;
  return new ApiError(403, 'Forbidden', `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${type.group}" ${where}`);
}

const PASSING = {
  429: () => new ApiError(429, 'TooManyRequests', 'the server has received too many requests and has asked us to try again later', 1),
  500: () => new ApiError(500, 'InternalError', 'etcdserver: request timed out'),
  503: () => new ApiError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request'),
  504: () => new ApiError(504, 'Timeout', 'Timeout: request did not complete within the allotted duration'),
};
export type PassingCode = keyof typeof PASSING;
export const PASSING_CODES: readonly PassingCode[] = [429, 500, 503, 504];

/** An error that a later try may not meet. */
export const passing = (code: PassingCode) => PASSING[code]();

function qualified(type: ApiType): string {
  return type.group ? `${type.plural}.${type.group}` : type.plural;
}
