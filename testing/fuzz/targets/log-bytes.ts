import { clues } from '#lib/logs/clues.ts';
import { errorsOf } from '#lib/logs/errors-of.ts';
import { foldPatterns } from '#lib/logs/fold-patterns.ts';
import { parseLines } from '#lib/logs/parse-lines.ts';
import { looksStamped, readLogLines } from '#sources/kubernetes/schema/log-lines.ts';
import { filesUnder, recordedClusters } from '../corpus.ts';
import { mutateText } from '../mutate-text.ts';
import type { Random } from '../random.ts';
import { type Target, TooSlow, Violation } from '../target.ts';

const BOUNDS = { maxLines: 2_000, maxBytes: 1024 * 1024 };
/** What is kept of a line, its ellipsis included. */
const LONGEST_LINE = 8_193;
/** Reading a whole log may take so long on a machine that does other things too; a regular expression that backtracks takes far longer. */
const LIMIT_MS = 1_500;

/** Container logs: any bytes, through everything that reads lines. */
export function createLogTarget(): Target {
  const logs = recordedClusters().flatMap(({ logs }) => [...logs.values()]);
  const corpus = [...logs, ...filesUnder('testing/logs', '.log').map(String)].filter((text) => text !== '');
  return {
    name: 'log-bytes',
    share: 115,
    async run(random) {
      const text = random.chance(0.2) ? monotonous(random.pick(corpus), random) : mutateText(random.pick(corpus), random, corpus);
      const began = performance.now();
      const { lines } = readLogLines(text, random.chance(0.5) || looksStamped(text), BOUNDS);
      const entries = parseLines(lines);
      errorsOf(entries);
      foldPatterns(entries);
      for (const { text: line } of lines.slice(0, 50)) clues(line);
      const took = performance.now() - began;
      if (took > LIMIT_MS) throw new TooSlow(`reading a log of ${text.length} characters took ${Math.round(took)} ms`, text);
      const long = lines.find((line) => line.text.length > LONGEST_LINE);
      if (long) throw new Violation(`a line of ${long.text.length} characters came through`, text);
      if (entries.length > lines.length) throw new Violation(`${lines.length} lines became ${entries.length} entries`, text);
    },
    close: async () => {},
  };
}

/** Long lines of little variety, made of pieces of a real one: what a regular expression that backtracks is slow on. */
function monotonous(text: string, random: Random): string {
  const line = random.pick(text.split('\n'));
  const words = [...line.split(/\s+/).filter((word) => word !== ''), ' ', '\t', ':', '=', '"', "'", '(', '.', '/', '\\', '0', 'a', '-', '{', '[', ','];
  const pattern = Array.from({ length: random.whole(1, 3) }, () => random.pick(words)).join(random.pick(['', '', ' ']));
  const filler = pattern.repeat(Math.ceil(8_192 / pattern.length)).slice(0, 8_192);
  const at = random.whole(0, line.length);
  return Array.from({ length: random.pick([1, 20, 120]) }, () => line.slice(0, at) + filler + (random.chance(0.5) ? line.slice(at) : '')).join('\n');
}
