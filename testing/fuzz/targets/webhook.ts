import type { Pages } from '#web/pages.ts';
import { payloads } from '../corpus.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateBytes } from '../mutate-text.ts';
import { MARKUP, oddString } from '../odd-values.ts';
import type { Random } from '../random.ts';
import { type RealWeb, startRealWeb } from '../started-web.ts';
import { type Target, TooSlow, Violation } from '../target.ts';

/** After so many cases the store is begun anew: what one case leaves behind must not slow down all that follow. */
const CASES_PER_STORE = 4_000;
const ALLOWED: ReadonlySet<number> = new Set([200, 400, 404, 413, 503]);
const LIMIT_MS = 3_000;

/** Webhook bodies and headers, and then the reports of what was acknowledged: each link of the answer must open. */
export async function createWebhookTarget(pages: Pages): Promise<Target> {
  const corpus = payloads();
  let web = await startRealWeb(pages);
  let cases = 0;
  return {
    name: 'webhook',
    share: 250,
    async run(random) {
      cases += 1;
      if (cases % CASES_PER_STORE === 0) {
        await web.close();
        web = await startRealWeb(pages);
      }
      await deliver(web, createBody(random, corpus), random);
    },
    close: () => web.close(),
  };
}

function createBody(random: Random, corpus: readonly Buffer[]): Buffer {
  const chosen = random.pick(corpus);
  if (random.chance(0.35)) return mutateBytes(chosen, random, corpus);
  const mutated = JSON.stringify(mutateJson(JSON.parse(chosen.toString('utf8')), random)) ?? 'undefined';
  return random.chance(0.1) ? mutateBytes(Buffer.from(mutated), random, corpus) : Buffer.from(mutated);
}

async function deliver({ app, errors }: RealWeb, body: Buffer, random: Random): Promise<void> {
  const url = random.chance(0.8)
    ? '/webhook'
    : `/webhook/${random.pick(['west', 'a.b-c_d', 'x'.repeat(63), 'x'.repeat(64), encodeURIComponent(oddString(random).toWellFormed())])}`;
  const headers = {
    ...(random.chance(0.9) && {
      'content-type': random.pick(['application/json', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data', 'x']),
    }),
    ...(random.chance(0.5) && { 'user-agent': random.pick(['Alertmanager/0.28.1', 'Grafana', headerValue(random)]) }),
    ...(random.chance(0.1) && { 'x-forwarded-for': headerValue(random) }),
    ...(random.chance(0.1) && { authorization: headerValue(random) }),
  };
  const began = performance.now();
  const answer = await app.inject({ method: random.chance(0.9) ? 'POST' : 'PUT', url, headers, payload: body });
  const took = performance.now() - began;
  const input = { url, headers, body: body.toString('latin1') };
  if (!ALLOWED.has(answer.statusCode))
    throw new Violation(`answered ${answer.statusCode}: ${answer.body.slice(0, 300)} ${errors.at(-1)?.slice(0, 1_500) ?? ''}`, input);
  if (took > LIMIT_MS) throw new TooSlow(`took ${Math.round(took)} ms`, input);
  if (answer.statusCode !== 200) {
    const problem = answer.json() as { readonly detail?: unknown };
    if (typeof problem.detail !== 'string') throw new Violation(`no detail: ${answer.body.slice(0, 200)}`, input);
    return;
  }
  const { report_urls: links } = answer.json() as { readonly report_urls: readonly { readonly report_url: string; readonly fingerprint: string }[] };
  if (links.length > 0) await openLink({ app, errors }, random.pick(links).report_url, random, input);
}

/** What was acknowledged is there at once, under the address that was given. */
async function openLink({ app, errors }: Pick<RealWeb, 'app' | 'errors'>, link: string, random: Random, input: unknown): Promise<void> {
  const accept = random.pick(['text/html', 'application/json', 'text/markdown']);
  const url = link.slice('http://localhost:8001'.length);
  const answer = await app.inject({ method: 'GET', url, headers: { accept } });
  if (answer.statusCode !== 200)
    throw new Violation(`GET ${url.slice(0, 400)}: ${answer.statusCode} ${answer.body.slice(0, 200)} ${errors.at(-1)?.slice(0, 1_500) ?? ''}`, input);
  if (accept === 'text/html' && answer.body.includes(MARKUP)) throw new Violation('markup came through to the page', input);
  if (accept === 'application/json') JSON.parse(answer.body);
}

/** Node refuses control characters in headers before we see them. */
function headerValue(random: Random): string {
  return oddString(random)
    .replaceAll(/[^\x20-\x7e\x80-\xff]/g, '?')
    .slice(0, 2_000);
}
