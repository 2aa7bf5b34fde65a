/**
 * The token in an Authorization header: what follows `Bearer`, or the password of `Basic` with any user name. Undefined when there is neither.
 * Source: RFC 6750, section 2.1; RFC 7617, section 2.
 */
export function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', given = ''] = /^(bearer|basic) +(\S{1,8192}) *$/i.exec(authorization ?? '') ?? [];
  if (given === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return given;
  const pair = Buffer.from(given, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
}
