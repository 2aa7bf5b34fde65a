import type { Pages } from '../pages.ts';

/** Pages that say only what they were given, for tests of the server. */
export const plainPages: Pages = {
  inbox: (data) => page(`inbox ${JSON.stringify(data)}`),
  report: (report, extra) => page(`report ${JSON.stringify({ report, extra })}`),
  waiting: (fingerprint, link) => page(`waiting ${fingerprint}${link ? ` by link of ${link.fingerprint}` : ''}`),
  transcript: (data) => page(`transcript ${JSON.stringify(data)}`),
  notFound: (missing) => page(missing ? `${missing.title}: ${missing.detail}` : 'not found'),
  problem: (status, detail) => page(`problem ${status} ${detail}`),
  docs: (api) => page(`docs ${JSON.stringify(api)}`),
  signIn: (data) => page(`sign-in ${JSON.stringify(data)}`),
};

function page(text: string): string {
  return `<!doctype html><html lang="en"><title>OnCallM</title><pre>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre></html>`;
}
