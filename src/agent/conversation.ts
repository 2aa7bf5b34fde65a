import { fencedEvidence } from './fence.ts';
import type { LlmTurn } from './model.ts';
import { estimateTokens } from './prices.ts';

/** About how many tokens a request with these turns is. */
export function sizeOf(turns: readonly LlmTurn[]): number {
  return turns.reduce((sum, turn) => sum + 8 + estimateTokens(textOf(turn)), 0);
}

/**
 * Shortens old results until the turns fit: first those that the model has not cited, the oldest first. What it has cited, the digest (the first turn) and the newest
 * results stay whole; what is shortened can still be searched.
 */
export function compact(turns: readonly LlmTurn[], limitTokens: number): readonly LlmTurn[] {
  if (sizeOf(turns) <= limitTokens) return turns;
  const cited = new Set(
    turns.flatMap((turn) =>
      turn.role === 'assistant' ? [...`${turn.text} ${turn.calls.map(({ input }) => input).join(' ')}`.matchAll(/\bE\d{1,6}\b/g)].map(([id]) => id) : [],
    ),
  );
  const newest = turns.findLastIndex(({ role }) => role === 'tools');
  let kept = [...turns];
  for (const [index, turn] of turns.entries()) {
    if (turn.role !== 'tools' || index === newest) continue;
    for (const [place, result] of turn.results.entries()) {
      const evidence = fencedEvidence(result.text);
      if (!evidence || cited.has(evidence.id)) continue;
      kept = kept.map((one, at) =>
        at === index && one.role === 'tools'
          ? {
              ...one,
              results: one.results.map((other, spot) =>
                spot === place ? { ...other, text: `${evidence.id}${evidence.rest}: read before, shortened; search_evidence looks through it.` } : other,
              ),
            }
          : one,
      );
      if (sizeOf(kept) <= limitTokens) return kept;
    }
  }
  return kept;
}

function textOf(turn: LlmTurn): string {
  switch (turn.role) {
    case 'user':
      return turn.text;
    case 'assistant':
      return `${turn.text}${turn.calls.map(({ name, input }) => `${name}${input}`).join('')}`;
    case 'tools':
      return turn.results.map(({ text }) => text).join('');
  }
}
