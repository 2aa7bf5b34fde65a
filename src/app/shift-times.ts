import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** RFC 3339 in UTC, with any number of decimals: how Kubernetes, container runtimes and Alertmanager write times. */
const TIME = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/g;
/** The last field of a sample in OpenMetrics: seconds since the epoch. */
const SAMPLE_TIME = /(?<=\s)(1\d{9})(\.\d+)?(?=\s*$)/gm;
/** Alertmanager's "not set" is year 1. */
const FIRST_REAL_TIME = Date.parse('1990-01-01T00:00:00Z');

/** The text with every time in it moved by `offsetMs` (whole seconds), decimals kept. */
export function shiftTimes(text: string, offsetMs: number): string {
  return text.replaceAll(TIME, (whole, seconds: string, decimals: string | undefined) => {
    const time = Date.parse(`${seconds}Z`);
    if (Number.isNaN(time) || time < FIRST_REAL_TIME) return whole;
    return `${new Date(time + offsetMs).toISOString().slice(0, 19)}${decimals ?? ''}Z`;
  });
}

/** The same for a file of OpenMetrics samples. */
export function shiftSampleTimes(text: string, offsetMs: number): string {
  return text.replaceAll(SAMPLE_TIME, (_, seconds: string, decimals: string | undefined) => `${Number(seconds) + offsetMs / 1_000}${decimals ?? ''}`);
}

/** Copies a recording so that it was taken at `takenAt`: ages and timelines read as if it were happening now. */
export async function copyShifted(from: string, to: string, takenAt: Date): Promise<void> {
  const snapshot = JSON.parse(await readFile(join(from, 'snapshot.json'), 'utf8')) as { readonly takenAt: string };
  const offsetMs = Math.round((takenAt.getTime() - Date.parse(snapshot.takenAt)) / 1_000) * 1_000;
  await copyFolder(from, to, offsetMs);
}

async function copyFolder(from: string, to: string, offsetMs: number): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target, offsetMs);
    else if (/\.(?:json|log)$/.test(entry.name)) await writeFile(target, shiftTimes(await readFile(source, 'utf8'), offsetMs));
    else if (entry.name.endsWith('.om')) await writeFile(target, shiftSampleTimes(await readFile(source, 'utf8'), offsetMs));
    else await cp(source, target);
  }
}
