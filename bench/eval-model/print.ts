import { row, spread, table } from '../diagnosis/print.ts';
import type { Outcome } from './evaluate.ts';

/** Prints what a model adds to the rules, and what that takes. */
export function printOutcomes(outcomes: readonly Outcome[], print: (line: string) => void): void {
  const asked = outcomes.filter(({ did }) => did !== 'skip');
  const failed = outcomes.filter(({ did }) => did === 'fail');
  print(row('', ['n', 'first', 'top 3', 'cause', 'object']));
  print(
    table(
      'rules alone',
      outcomes.map(({ rules }) => rules),
    ),
  );
  print(
    table(
      'with the model',
      outcomes.map(({ answer }) => answer),
    ),
  );
  if (asked.length > 0 && asked.length < outcomes.length) {
    print(
      table(
        '  where it was asked: rules alone',
        asked.map(({ rules }) => rules),
      ),
    );
    print(
      table(
        '  where it was asked: with the model',
        asked.map(({ answer }) => answer),
      ),
    );
  }
  const named = (which: (outcome: Outcome) => boolean) => outcomes.filter(which).map(({ id }) => id);
  const better = named(({ rules, answer }) => answer.first && !rules.first);
  const worse = named(({ rules, answer }) => rules.first && !answer.first);
  print(`\nbetter than the rules: ${better.length} ${better.join(' ')}`);
  print(`worse than the rules: ${worse.length} ${worse.join(' ')}`);
  print(`not asked, by policy: ${outcomes.length - asked.length}`);
  print(`failed: ${failed.length} ${failed.map(({ id, failure }) => `${id} (${failure})`).join(' ')}`.trimEnd());

  const sum = (of: (outcome: Outcome) => number) => asked.reduce((total, outcome) => total + of(outcome), 0);
  const made = sum(({ claims }) => claims.made);
  const verified = sum(({ claims }) => claims.verified);
  print(`statements verified: ${verified} of ${made}${made > 0 ? ` (${(verified / made).toFixed(3)})` : ''}`);
  const unknown = asked.some(({ usage }) => usage.costUsd === null);
  const cost = sum(({ usage }) => usage.costUsd ?? 0);
  print(unknown ? 'cost: unknown; set LLM_PRICES' : `cost: ${cost.toFixed(4)} US dollars, ${(cost / Math.max(1, asked.length)).toFixed(4)} an incident asked`);
  print('');
  print(row('per incident asked', ['median', 'p95', 'most']));
  const line = (name: string, of: (outcome: Outcome) => number) => print(row(`  ${name}`, spread(asked.map(of))));
  line('milliseconds', ({ seconds }) => seconds * 1_000);
  line('steps', ({ usage }) => usage.steps);
  line('tokens sent', ({ usage }) => usage.inputTokens);
  line('tokens received', ({ usage }) => usage.outputTokens);
  print(row('  milliseconds of the rules', spread(asked.map(({ rules }) => rules.milliseconds))));
}
