/** Claims of a person, as the provider sends them: in the identity token, and at its userinfo address. */
export type Claims = Readonly<Record<string, unknown>>;

const MAX_NAME_LENGTH = 256;
const MAX_GROUPS = 10_000;

/**
 * What to call a person in the audit log: the wanted claim, else `preferred_username`, else `sub`. An address of mail that the provider has not verified is passed
 * over: anybody could have typed it in. Source: https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
export function nameOf(claims: Claims, claim: string): string {
  const wanted = claim === 'email' && claims['email_verified'] === false ? undefined : claimAt(claims, claim);
  const names = [wanted, claims['preferred_username'], claims['sub']];
  const name = names.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? 'somebody';
  return name
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, MAX_NAME_LENGTH);
}

/** Groups of a person; undefined when the claim is not there, which is not the same as none. */
export function groupsOf(claims: Claims, claim: string): readonly string[] | undefined {
  const value = claimAt(claims, claim);
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((group): group is string => typeof group === 'string').slice(0, MAX_GROUPS) : undefined;
}

/** By its name, which may have dots in it (`https://example.com/groups`), else by the path that the dots mean (`realm_access.roles`). */
export function claimAt(claims: Claims, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  let value: unknown = claims;
  for (const part of claim.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Claims)[part];
  }
  return value;
}
