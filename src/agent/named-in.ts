import type { EvidenceRecord } from './evidence-record.ts';

/** Arguments of tools that name what is looked at, the most telling first. */
const NAMING = ['pod', 'name', 'deployment', 'service', 'pod_prefix', 'name_contains', 'search', 'contains'] as const;
/** A shorter word is found everywhere. */
const LEAST_CHARACTERS = 3;
/** What may stand in the middle of a name. */
const PART_OF_NAME = /[\p{L}\p{N}._-]/u;

/**
 * The id of the first evidence that names what a call is about: why the model looks there, as far as it can be seen. undefined where the call names nothing, or
 * nothing that was seen so far.
 */
export function namedIn(record: Pick<EvidenceRecord, 'all'>, input: unknown): string | undefined {
  const given = (typeof input === 'object' ? input : null) as Readonly<Record<string, unknown>> | null;
  const wanted = NAMING.map((argument) => given?.[argument]).find((value) => typeof value === 'string' && value.length >= LEAST_CHARACTERS);
  return typeof wanted === 'string' ? record.all().find(({ text, title }) => names(title, wanted) || names(text, wanted))?.id : undefined;
}

/** Whether the text has the word, not only as the end of another. Beginnings count: the name of a workload begins those of its pods. */
function names(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) if (at === 0 || !PART_OF_NAME.test(text[at - 1] ?? '')) return true;
  return false;
}
