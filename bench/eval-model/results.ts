import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from './evaluate.ts';

/** Results as they come in, a line of JSON each, so that an evaluation that was stopped goes on where it was. */
export interface Results {
  /** Those of this model. */
  all(): readonly Outcome[];
  add(outcome: Outcome): void;
}

/** Opens a file of results; what other models did in it is left alone. A last line that was cut off is left out. */
export function openResults(file: string, model: string): Results {
  const kept = new Map<string, Outcome>();
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // What is added to a line that was cut off would be lost with it.
  if (before !== '' && !before.endsWith('\n')) appendFileSync(file, '\n');
  for (const line of before.split('\n')) {
    const outcome = parse(line);
    if (outcome?.model === model) kept.set(outcome.id, outcome);
  }
  return {
    all: () => [...kept.values()],
    add(outcome) {
      mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
      appendFileSync(file, `${JSON.stringify(outcome)}\n`);
      kept.set(outcome.id, outcome);
    },
  };
}

function parse(line: string): Outcome | undefined {
  try {
    return JSON.parse(line) as Outcome;
  } catch {
    return undefined;
  }
}
