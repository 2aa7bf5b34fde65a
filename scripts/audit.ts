import { spawnSync } from 'node:child_process';
import { z } from 'zod';

/** What `npm audit --json` says. Source: https://docs.npmjs.com/cli/commands/npm-audit */
const answerSchema = z.object({
  vulnerabilities: z
    .record(
      z.string(),
      z.object({
        severity: z.string(),
        range: z.string().default(''),
        via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])).default([]),
      }),
    )
    .optional(),
  error: z.object({ summary: z.string().default('') }).optional(),
  message: z.string().optional(),
});

export type Audited =
  /** The registry has no list of vulnerabilities, or could not be reached: nothing is known. */
  { readonly outcome: 'unknown'; readonly why: string } | { readonly outcome: 'checked'; readonly problems: readonly string[]; readonly tolerated: number };

const STOPS: readonly string[] = ['high', 'critical'];

/** Reads the answer of `npm audit --json`: what is high or critical, one line each, and how many lesser ones there are. */
export function readAudit(answer: string): Audited {
  const read = answerSchema.safeParse(parse(answer));
  if (!read.success) return { outcome: 'unknown', why: 'the answer cannot be read' };
  const { vulnerabilities, error, message } = read.data;
  if (vulnerabilities === undefined) return { outcome: 'unknown', why: error?.summary || message || 'there was no answer' };
  const found = Object.entries(vulnerabilities);
  const problems = found
    .filter(([, { severity }]) => STOPS.includes(severity))
    .map(
      ([name, { severity, range, via }]) =>
        `${name} ${range}: ${severity}, ${via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} (${one.url})`)).join('; ')}`,
    );
  return { outcome: 'checked', problems, tolerated: found.length - problems.length };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--json', '--omit=dev'], { encoding: 'utf8', timeout: 60_000 });
  const audited = readAudit(stdout);
  if (audited.outcome === 'unknown') process.stdout.write(`Known vulnerabilities: not checked, ${audited.why}\n`);
  else {
    for (const problem of audited.problems) process.stderr.write(`Vulnerable: ${problem}\n`);
    process.stdout.write(`Known vulnerabilities: ${audited.problems.length} high or critical, ${audited.tolerated} lesser\n`);
    if (audited.problems.length > 0) {
      process.stderr.write('Update the package (npm ls NAME tells who brings it), or replace it.\n');
      process.exitCode = 1;
    }
  }
}
