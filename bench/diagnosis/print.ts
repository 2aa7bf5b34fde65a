import type { Score } from './score.ts';

/** Prints scores as tables: in all, by family, by cause, by confidence word; and every wrong first answer. */
export function printScores(scores: readonly Score[], print: (line: string) => void): void {
  const faults = scores.filter(({ expected }) => !['healthy', 'none', 'nothing_wrong'].includes(expected.root_cause));
  print(row('', ['n', 'first', 'top 3', 'cause', 'object']));
  print(table('all', scores));
  for (const [family, group] of groups(scores, ({ expected }) => expected.family)) print(table(`  ${family}`, group));
  print('');
  print(row('by cause', ['n', 'first', 'top 3', 'cause', 'object']));
  for (const [cause, group] of groups(scores, ({ expected }) => expected.root_cause)) print(table(`  ${cause}`, group));
  print('');
  print(row('confidence of the first answer', ['n', 'right']));
  for (const word of ['certain', 'likely', 'possible']) {
    const said = scores.flatMap(({ words }) => words).filter((one) => one.word === word);
    print(row(`  ${word}`, [String(said.length), share(said.filter(({ right }) => right).length, said.length)]));
  }
  print(row('  inconclusive', [String(faults.filter(({ inconclusive }) => inconclusive).length), '']));
  print(row('  called healthy though a fault was there', [String(faults.filter(({ healthy }) => healthy).length), '']));
  print('');
  print(row('per incident', ['median', 'p95', 'most']));
  print(row('  milliseconds', spread(scores.map(({ milliseconds }) => milliseconds))));
  print(row('  questions', spread(scores.map(({ questions }) => questions))));
  const wrong = scores.filter(({ first }) => !first);
  if (wrong.length > 0) print('\nwrong first answers');
  for (const { id, expected, answers } of wrong) {
    print(`  ${id} expected ${expected.root_cause} ${expected.object}`);
    for (const { code, subject, confidence, title } of answers.slice(0, 3))
      print(`      ${confidence} ${code} ${subject.kind}/${subject.name}: ${title.slice(0, 140)}`);
  }
}

/** Scores of a group in a line: how many, and which share is right. */
export function table(name: string, scores: readonly Score[]): string {
  const count = (is: (score: Score) => boolean): string => share(scores.filter(is).length, scores.length);
  return row(name, [
    String(scores.length),
    count(({ first }) => first),
    count(({ topThree }) => topThree),
    count(({ causeRight }) => causeRight),
    count(({ objectRight }) => objectRight),
  ]);
}

function groups(scores: readonly Score[], key: (score: Score) => string): readonly (readonly [string, readonly Score[]])[] {
  return [...Map.groupBy(scores, key)].toSorted(([left], [right]) => left.localeCompare(right));
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3);
}

/** Median, 95th percentile and most. */
export function spread(numbers: readonly number[]): readonly string[] {
  const sorted = numbers.toSorted((left, right) => left - right);
  const at = (portion: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(portion * sorted.length))] ?? 0).toFixed(0);
  return [at(0.5), at(0.95), at(1)];
}

/** A line of a table. */
export function row(name: string, cells: readonly string[]): string {
  return name.padEnd(44) + cells.map((cell) => cell.padStart(9)).join('');
}
