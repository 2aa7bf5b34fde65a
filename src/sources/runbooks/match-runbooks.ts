import type { Runbook } from '#domain/knowledge.ts';
import type { RunbooksQuestion } from '#domain/question.ts';
import type { ParsedRunbook } from './parse-runbook.ts';

const MOST = 3;

/** The pages that a question is after, those that ask for more labels first; with words, those that hold all of them. */
export function matchRunbooks(runbooks: readonly ParsedRunbook[], { alerts, words }: RunbooksQuestion): readonly Runbook[] {
  const wanted = words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return runbooks
    .flatMap((runbook) => {
      const alert = alerts.find(({ name, labels }) => isFor(runbook, name, labels));
      if (alert) return [{ runbook, weight: 1_000 + Object.keys(runbook.labels).length, why: `alert name ${alert.name}${labelsOf(runbook)}` }];
      const text = wanted.length > 0 ? `${runbook.title}\n${runbook.text}`.toLowerCase() : '';
      return wanted.length > 0 && wanted.every((word) => text.includes(word)) ? [{ runbook, weight: 0, why: `the words ${wanted.slice(0, 8).join(' ')}` }] : [];
    })
    .toSorted((left, right) => right.weight - left.weight || left.runbook.origin.localeCompare(right.runbook.origin))
    .slice(0, MOST)
    .map(({ runbook: { title, origin, text }, why }) => ({ title, origin, text, why }));
}

function isFor(runbook: ParsedRunbook, name: string, labels: Readonly<Record<string, string>>): boolean {
  return (
    runbook.alerts.some((pattern) => fits(pattern, name.toLowerCase())) &&
    Object.entries(runbook.labels).every(([label, value]) => fits(value, labels[label] ?? ''))
  );
}

/** `*` stands for anything. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let place = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, place);
    if (found < 0) return false;
    place = found + part.length;
  }
  return place <= text.length - last.length;
}

function labelsOf({ labels }: ParsedRunbook): string {
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return named.length > 0 ? ` with ${named.join(', ')}` : '';
}
