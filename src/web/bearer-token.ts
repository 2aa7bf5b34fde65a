import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * A check of the Authorization header against the accepted tokens: in a time that does not depend on them, the scheme in any case (RFC 9110,
 * section 11.1). Several tokens let an operator rotate without losing alerts. Without tokens, everything passes.
 */
export function createTokenCheck(tokens: readonly string[]): (authorization: string | undefined) => boolean {
  if (tokens.length === 0) return () => true;
  const accepted = tokens.map(digest);
  return (authorization) => {
    const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (given === undefined) return false;
    const candidate = digest(given);
    // Every token is compared, also after a match.
    return accepted.reduce((matched, token) => timingSafeEqual(token, candidate) || matched, false);
  };
}

/** Digests are of one length, which timingSafeEqual needs and which hides the length of the token. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
