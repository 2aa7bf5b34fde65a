import { type Ground, standsAlone } from './ground.ts';
import { COMMON_PARTS, KIND_WORDS, NO_NAMES } from './vocabulary.ts';

/** Verbs that change something. */
const CHANGES =
  'delete|remove|restart|redeploy|scale|drain|cordon|uncordon|taint|patch|edit|apply|replace|roll ?back|undo|kill|evict|reboot|stop|start|uninstall|install|upgrade|disable|enable|' +
  'increase|decrease|raise|lower|set|change|create|add|run|execute|exec|type|paste|open|correct|fix|adjust|modify|update|rename|move|grant|allow|deny|expose|attach|detach|mount|assign|' +
  'reduce|extend|resize|rebuild|deploy|migrate|rotate|renew|recreate|reset|restore|revert|switch|turn|give|make|bind|wipe|erase|drop|purge|destroy|truncate|format|pause|resume|suspend';
const OBJECT = String.raw`(?:(?i:the|a|an|it|its|this|that|these|all|any|every|everything|each|both|your|${[...KIND_WORDS].join('s?|')}s?)\b|[\w-]*[A-Z0-9])`;
/** A sentence, or a part of one, that begins with such a verb: an order. */
const ORDER = new RegExp(String.raw`(?:^|[.,;:!?]\s+|\b(?i:then|and|or|please|now|first|just|to)\s+)(?i:${CHANGES})\s+${OBJECT}`);
const BEGINS_WITH_ORDER = new RegExp(String.raw`(?:^|[.;:!?]\s+|\b(?i:then|please|now|first|just),?\s+)(?i:${CHANGES})\s+${OBJECT}`);
const ADVICE = /\b(?:should|must|ought to|needs? to|have to|has to|please|you (?:can|could|may|might)|recommend|suggest|advise)\b/i;
/** In an advice these change something too; elsewhere they tell what is so. */
const CHANGE = new RegExp(
  String.raw`\b(?:${CHANGES}|point|use|put|free|clear|provide|go back|configure|bump|downgrade|shorten|override|import|allocate)\b`,
  'i',
);
/** Looking at what was changed changes nothing. */
const LOOKS = /^(?:see|check|look|read|compare|inspect|verify|confirm|find|watch|ask|list|describe|examine|review|identify|determine|monitor)\b/i;

/** What cannot be taken back, or opens what was closed: not told to anybody on the word of a model. */
const DESTROYS =
  /\b(?:delet\w*|remov\w+|destroy\w*|drop(?:s|ping)?|wip(?:e|es|ing)|purg\w+|eras\w+|truncat\w+|(?:re)?format(?:s|ting)?|overwrit\w+|kill(?:s|ing)?|drain(?:s|ing)?|evict(?:s|ing)?|uninstall\w*|reboot\w*|shut\w* (?:it |them |\w+ )?down|power\w* (?:it |\w+ )?off|disabl\w+|deactivat\w+|turn\w* (?:it |them |\w+ )?off|revok\w+|bypass\w*|to (?:zero|0)\b|cluster-admin|privileged|superuser|root access|force)\b/i;

/** Not having seen a problem is not having seen that there is none. */
const WELL =
  /\b(?:no|not any|not a|without(?: any)?|free of|never an?)\s+(?:\w+\s+)?(?:problems?|issues?|errors?|faults?|trouble|concerns?|actions?(?: is)? (?:needed|required|necessary))\b|\bnothing (?:is |looks |seems |was )?(?:wrong|unusual|broken|amiss|to do|to worry)\b|\b(?:is|are|was|were|looks?|seems?|works?|worked|runs?|ran|be|being|remains?|stays?|appears?(?: to be)?|perfectly|everything|all)\s+(?:\w+\s+)?(?:healthy|fine|well|ok|okay|good|great|stable|green|nominal|operational|harmless|correct|correctly|normal|normally|safe|safely|in order|as expected|up and running|resolved|recovered|solved)\b|\b(?:healthy|false (?:alarm|positive)s?|all clear|can (?:safely )?be ignored|safe to ignore|up and running)\b/i;
/** How our own lists of objects say that one is well, and that it is not (tools/brief.ts). */
const READY = /:ready,restarts=0\b/;
const TROUBLE = /:not-ready|restarts=[1-9]|waiting=|ended=|=false\b|phase=(?:pending|failed|unknown)|reason=|taint=|unschedulable/;

/** How a model may speak. Sentences of a cause say what is so; a reader's answer gives no advice either. */
export function unfit(text: string, ground: Ground, kind: 'cause' | 'answer'): readonly string[] {
  const said = text.normalize('NFKC');
  return [
    ...(readable(said, ground) ? [] : ['not in English, which is all that can be checked']),
    ...((kind === 'cause' ? BEGINS_WITH_ORDER.test(said) : ORDER.test(said) || ADVICE.test(said)) ? ['tells somebody to change something'] : []),
    ...(WELL.test(said) && !showsWell(said, ground) ? ['says that something is well'] : []),
  ];
}

/** The words of a code: `DependencyWrongPort` are three. */
export function wordsOfCode(code: string): string {
  return code.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ');
}

/** True for a code that names what is wrong: no order, no all-clear. */
export function namesFault(code: string): boolean {
  const words = wordsOfCode(code);
  return !WELL.test(words) && !/^(?:delete|remove|destroy|wipe|erase|purge|disable|uninstall|ignore|exec(?:ute)?|curl|wget|visit) /i.test(words);
}

/** What following an advice may do; undefined: it must not be given. */
export function riskOfAdvice(text: string, ground: Ground): 'none' | 'medium' | undefined {
  const said = text.normalize('NFKC');
  if (!readable(said, ground) || DESTROYS.test(said)) return undefined;
  return CHANGE.test(said) && !(LOOKS.test(said.trim()) && !ORDER.test(said)) ? 'medium' : 'none';
}

/**
 * The checks know English words only: what they cannot read they cannot judge. Of the words that the evidence does not have, a third at least must be the plain ones of
 * which English sentences are made.
 */
function readable(text: string, ground: Ground): boolean {
  const words = text.toLowerCase().match(/(?<![\p{L}\p{N}_./-])\p{L}{2,}(?![\p{L}\p{N}_/]|[-.]\p{L})/gu) ?? [];
  const strange = words.filter((word) => !standsAlone(word, ground.text) && !KIND_WORDS.has(word));
  if (strange.some((word) => /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u.test(word))) return false;
  const plain = strange.filter((word) => NO_NAMES.has(word) || COMMON_PARTS.has(word) || COMMON_PARTS.has(word.replace(/(?:s|ed|ing)$/, '')));
  return strange.length < 2 || plain.length * 3 >= strange.length;
}

/**
 * That something is well may be said only of objects whose own lines in a list say that they are ready and nothing else, as Kubernetes has it; never of what was looked at
 * in part only, such as a log.
 */
function showsWell(text: string, ground: Ground): boolean {
  if (/\b(?:no|nothing|without|everything|all|false|ignored?)\b/i.test(text)) return false;
  const lines = ground.firmLines.filter((line) => /^pod /.test(line));
  const named = lines.filter((line) => standsAlone(nameIn(line), text.toLowerCase()));
  return named.length > 0 && named.every((line) => READY.test(line)) && !named.some((line) => TROUBLE.test(line));
}

/** `pod shop/web-1 phase=running ...` */
function nameIn(line: string): string {
  return /^pod (?:[^\s/]+\/)?(\S+)/.exec(line)?.[1] ?? '';
}
