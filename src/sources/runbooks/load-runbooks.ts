import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { messageOf } from '#domain/error.ts';
import { fetchWithin, originOf } from '#lib/outbound.ts';
import { type ParsedRunbook, parseRunbook } from './parse-runbook.ts';

export interface LoadedRunbooks {
  readonly runbooks: readonly ParsedRunbook[];
  /** What could not be read and why, one line each; the rest works. */
  readonly problems: readonly string[];
}

const MOST_FILES = 2_000;
const PAGE_BYTES = 256 * 1024;
const TIMEOUT_MS = 10_000;

/** Reads every page of a folder, a file or an address. Never rejects. */
export async function loadRunbooks(place: string, signal: AbortSignal): Promise<LoadedRunbooks> {
  const runbooks: ParsedRunbook[] = [];
  const problems: string[] = [];
  const take = async (origin: string, read: () => Promise<string>): Promise<void> => {
    try {
      runbooks.push(parseRunbook(origin, await read()));
    } catch (thrown) {
      problems.push(`${origin}: ${messageOf(thrown).replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    }
  };
  if (/^https?:\/\//i.test(place)) {
    await take(shownPlace(place), () => fetchPage(place, signal));
  } else {
    try {
      for (const { path, name } of await filesIn(place)) await take(name, () => readPage(path));
    } catch (thrown) {
      problems.push(`${place}: ${messageOf(thrown)}`);
    }
  }
  return { runbooks, problems };
}

/** A place fit to be shown: an address without what may be secret in it. */
export function shownPlace(place: string): string {
  return /^https?:\/\//i.test(place) ? withoutSecrets(place) : place;
}

/** The pages below a folder, or the file itself. Links are followed: a mounted ConfigMap consists of them; its own hidden folders are not entered. */
async function filesIn(place: string): Promise<readonly { readonly path: string; readonly name: string }[]> {
  if ((await stat(place)).isFile()) return [{ path: place, name: basename(place) }];
  const found: { path: string; name: string }[] = [];
  const enter = async (folder: string): Promise<void> => {
    for (const name of (await readdir(folder)).toSorted()) {
      if (name.startsWith('.') || name === 'node_modules' || found.length >= MOST_FILES) continue;
      const path = join(folder, name);
      const kind = await stat(path).catch(() => undefined);
      if (kind?.isDirectory()) await enter(path);
      else if (kind?.isFile() && /\.(?:md|markdown)$/i.test(name)) found.push({ path, name: relative(place, path) });
    }
  };
  await enter(place);
  if (found.length === 0) throw new Error('there is no Markdown page (*.md) in this folder');
  return found;
}

async function readPage(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > PAGE_BYTES) throw new Error(`is larger than ${PAGE_BYTES} bytes`);
  return readFile(path, 'utf8');
}

async function fetchPage(address: string, signal: AbortSignal): Promise<string> {
  const { username, password } = new URL(address);
  const headers =
    username === '' ? {} : { authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` };
  const fetch = fetchWithin(originOf(address));
  const answer = await fetch(withoutSecrets(address, 'with query'), { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`was answered with status ${answer.status}`);
  }
  const bytes: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength;
    if (length > PAGE_BYTES) throw new Error(`is larger than ${PAGE_BYTES} bytes`);
    bytes.push(chunk);
  }
  return Buffer.concat(bytes).toString('utf8');
}

/** An address fit to be shown: credentials are not, and a query may hold a key. */
function withoutSecrets(address: string, keep?: 'with query'): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  if (keep === undefined) url.search = '';
  url.hash = '';
  return url.href;
}
