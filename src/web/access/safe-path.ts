/** Longer ones are no addresses of ours. */
const MAX_LENGTH = 2_000;
const NOWHERE = 'http://oncallm.invalid';

/**
 * A path to send a browser to after signing in, out of what a request says it wants: always on this server. Browsers take `//host`, `/\host`
 * and `/` TAB `/host` for other sites, and tidy up paths (`/.//host`) before they look: so the path is tidied up in the same way first.
 * Source: https://url.spec.whatwg.org/#url-parsing
 */
export function safePath(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > MAX_LENGTH || !wanted.startsWith('/')) return '/';
  const url = URL.parse(wanted, NOWHERE);
  if (url === null || url.origin !== NOWHERE || url.pathname.startsWith('//') || url.pathname.startsWith('/sign-')) return '/';
  return `${url.pathname}${url.search}`;
}
