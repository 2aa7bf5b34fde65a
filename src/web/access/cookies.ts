const MAX_HEADER_LENGTH = 16_384;

/**
 * Name and attributes of a cookie of ours. The prefixes make browsers refuse such a cookie from a sibling domain or over plain http; `__Host-` allows
 * only the path /. Lax, so that it comes along when a link elsewhere leads here.
 * Source: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
export function cookieNamed(plainName: string, baseUrl: string): { readonly name: string; readonly attributes: string } {
  const url = URL.parse(baseUrl);
  const secure = url?.protocol === 'https:';
  const path = (url?.pathname ?? '').replace(/\/+$/, '') || '/';
  const prefix = !secure ? '' : path === '/' ? '__Host-' : '__Secure-';
  return { name: `${prefix}${plainName}`, attributes: `Path=${path}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}` };
}

/** The first cookie of that name; RFC 6265, section 4.2. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const found = header.split(';').find((pair) => pair.trimStart().startsWith(`${name}=`));
  return found?.trim().slice(name.length + 1) || undefined;
}
