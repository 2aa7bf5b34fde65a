import { type Ground, plain, standsAlone } from './ground.ts';
import { carriesMeasure, isUnit, measuresIn } from './numbers.ts';
import { COMMON_PARTS, CONCEPTS, KIND_WORDS, NO_NAMES, SOFTWARE } from './vocabulary.ts';

/**
 * What in a claim the ground does not carry, in words; empty: it may be said. Checked are quoted strings, numbers with their units, names of objects,
 * identifiers, software, and what the claim is about. Links and commands are never carried.
 */
export function unsupported(claim: string, ground: Ground): readonly string[] {
  if (claim.length > CLAIM_CHARACTERS) return [`longer than ${CLAIM_CHARACTERS} characters`];
  const text = claim.normalize('NFKC');
  const problems: string[] = [];
  const note = (what: string, said: string) => problems.push(`${what} ${JSON.stringify(said.slice(0, 80))}`);

  for (const pattern of NEVER) {
    const found = pattern.exec(text);
    if (found) note('must not be said:', found[0]);
  }
  for (const quoted of quotesIn(text)) if (!ground.text.includes(plain(quoted))) note('not in the evidence: quoted', quoted);
  for (const host of hostsIn(text)) if (!carriesHost(host, text, ground)) note('not to be trusted: address', host);
  for (const name of namesIn(text)) if (!carriesName(name, ground.text)) note('not in the evidence:', name);
  for (const measure of measuresIn(text)) if (!carriesMeasure(measure, ground.measures)) note('not in the evidence: number', measure.written);
  for (const { claim: about, shown } of ASSOCIATED)
    for (const [said, number = ''] of text.matchAll(about)) if (!shown(number).test(ground.text)) note('not in the evidence:', said);
  for (const [vague] of text.matchAll(VAGUE)) if (!ground.text.includes(vague.toLowerCase())) note('not in the evidence:', vague);
  return [...problems, ...offTopic(text, ground)];
}

/** Software and matters of which the ground does not speak. */
export function offTopic(text: string, ground: Ground): readonly string[] {
  const problems: string[] = [];
  for (const [software] of text.matchAll(SOFTWARE))
    if (!ground.text.includes(software.toLowerCase())) problems.push(`not in the evidence: ${JSON.stringify(software)}`);
  for (const { claim: about, shown } of CONCEPTS) {
    const found = about.exec(text);
    if (found && !shown.test(ground.text)) problems.push(`nothing in the evidence speaks of ${JSON.stringify(found[0])}`);
  }
  return problems;
}

/** The sentences of a text that have no problem, and how many have one. */
export function supportedSentences(text: string, problems: (sentence: string) => readonly string[]): { readonly kept: string; readonly dropped: number } {
  const sentences = text
    .slice(0, 4_000)
    .split(/(?<=[.!?])\s+(?=\S)/)
    .filter((sentence) => sentence.trim() !== '');
  const kept = sentences.filter((sentence) => problems(sentence).length === 0);
  return { kept: kept.join(' '), dropped: sentences.length - kept.length };
}

/** True when a quotation stands in a text, spacing and case aside. */
export function quotes(text: string, quotation: string): boolean {
  const wanted = plain(quotation);
  return wanted.length >= 3 && plain(text).includes(wanted);
}

/** Numbers that mean something by the word beside them, and how evidence writes both: `exit 1`, `exitCode: 1`; `:5432`, `port: 5432`, `5432/tcp`; `restarts=7`. */
const ASSOCIATED: readonly { readonly claim: RegExp; readonly shown: (number: string) => RegExp }[] = [
  {
    claim: /\bexit(?:s|ed|ing)?(?: with)?(?: the)?(?: code| status)? (\d{1,6})\b/gi,
    shown: (number) => new RegExp(String.raw`(?:exit|code|status)\D{0,30}${number}\b`),
  },
  {
    claim: /\bports? (\d{1,5})\b/gi,
    shown: (number) =>
      new RegExp(String.raw`port\D{0,40}(?:\d+\D{1,12}){0,6}${number}\b|(?:[\w\])"']:|[>→] ?)${number}\b|\b${number}(?:/tcp|/udp|/sctp|:\d|->)`),
  },
  { claim: /\brestart(?:s|ed)? (\d{1,6}) times\b/gi, shown: (number) => new RegExp(String.raw`restart\D{0,30}${number}\b|\b${number} restart`) },
];

/** Amounts and times without a number, which the evidence must have in the same words. */
const VAGUE =
  /\b(?:yesterday|last (?:week|night|month|year)|(?:an?|several|many|few|some) (?:minute|hour|day|week|month|year)s? ago|(?:dozens|hundreds|thousands|millions|billions)(?: of)?|half (?:of|the|its|all)|(?:a|one) (?:third|quarter|tenth) of|(?:two|three) (?:thirds|quarters)|most of|majority)\b/gi;

/** No honest sentence is longer. */
const CLAIM_CHARACTERS = 2_000;

/** Links, markup, characters that hide, and commands: never in a sentence. */
const NEVER: readonly RegExp[] = [
  /[a-z][a-z0-9+.-]{1,20}:\/\//i,
  /\b(?:www\.|mailto:|javascript:|data:[a-z]+\/)/i,
  /\]\s*\(|!\[|<\s*\/?\s*[a-z!]/i,
  /[⟨⟩\p{Cc}\p{Cf}\p{Co}]/u,
  /\bkubectl\b|\bhelm\s+(?:install|upgrade|uninstall|rollback|repo)\b/i,
  /\b(?:curl|wget|nc|ncat|ssh|scp|invoke-webrequest|iwr)\s+[-\w]*[./:\-$"']/i,
  /\|\s*(?:ba|z|da)?sh\b|\brm\s+-|\bchmod\b|\bbase64\s+-|\beval\b|\$\(|\$\{|`[^`]*[;|&$][^`]*`/i,
  /\b(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:previous|prior|above|earlier|the)\s+(?:instructions?|rules?|prompts?|messages?)/i,
  /\b(?:[\w.-]+@[\w-]+\.[a-z]{2,}|\+\d[\d -]{7,})/i,
];

function quotesIn(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]{2,400})"|“([^”]{2,400})”|`([^`]{1,400})`|(?<!\w)'([^']{2,400})'(?!\w)|«([^»]{2,400})»/g)].map(
    (found) => found.slice(1).find(Boolean) ?? '',
  );
}

const HOST = /(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?::\d{1,5})?(?:[/?#][^\s"'`,;)]*)?/gi;
const FILE = /^[\w.-]+\.(?:ya?ml|json|conf|cfg|ini|toml|properties|env|log|txt|go|py|js|ts|java|rb|rs|php|xml|sql|pem|crt|key|sock|so|jar|war|lock)$/i;

/** The last part of the path of a field, which no top-level domain is called. */
const FIELD =
  /\.(?:port|ports|hostname|memory|cpu|limits|requests|resources|spec|metadata|replicas|image|path|enabled|timeout|username|password|level|size|count|type|key|value|values|selector|template|containers|labels|annotations|config|seconds|class|ready|reason|message|phase|storage|schema|driver|mode|pool|max|min)$|\.[a-z]+[A-Z]\w*$/;

/** Names of labels, taints and API groups of Kubernetes itself. */
const LABEL = /^(?:[a-z0-9-]+\.){0,3}(?:kubernetes|k8s)\.io(?:\/[\w.-]+)?$/i;

function hostsIn(text: string): readonly string[] {
  return [...text.matchAll(HOST)].map(([host]) => host.replace(/[.:]+$/, '')).filter(isHost);
}

function isHost(host: string): boolean {
  return !FILE.test(host) && !FIELD.test(host) && !LABEL.test(host);
}

/** What sends a reader somewhere. */
const SENDS =
  /\b(?:visit|open|go to|goto|see|download|install|fetch|get|contact|click|browse|send|post|upload|report to|log ?in|sign ?in|follow|call|paste|details|more at|at your|your)\b/i;
/** Hosts inside the cluster, which lead nobody out. */
const INSIDE = /\.(?:svc|local|internal|cluster)$/i;

/**
 * A host may be named as the evidence names it, an image with its path. One that only free text names, not with a path; and none where the reader is sent
 * somewhere, whoever wrote it: anybody can put an address into a label.
 */
function carriesHost(host: string, claim: string, { text, firmText }: Ground): boolean {
  const wanted = host.toLowerCase();
  const inside = INSIDE.test(wanted.replace(/[:/].*$/, ''));
  if (/[?#]/.test(host) || (!inside && SENDS.test(claim))) return false;
  if (host.includes('/')) return firmText.includes(`image: ${wanted}`) || firmText.includes(`image "${wanted}`);
  return text.includes(wanted);
}

/** True when a text names a host outside the cluster. */
export function namesForeignHost(text: string): boolean {
  return hostsIn(text.normalize('NFKC')).some((host) => !INSIDE.test(host.toLowerCase().replace(/[:/].*$/, '')));
}

/** Everything in a claim that looks like the name of something. */
function namesIn(text: string): readonly string[] {
  const words = text
    .replaceAll(HOST, (found) => (isHost(found.replace(/[.:]+$/, '')) ? ' ' : found))
    .split(/[\s"“”`«»,;()[\]{}]+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}⟦/]+|[^\p{L}\p{N}⟧]+$/gu, '').replace(/['’]s$/, ''));
  const names = words.filter(looksLikeName);
  const afterKind = words.flatMap((word, index) => {
    const next = words[index + 1] ?? '';
    const singular = word.toLowerCase().replace(/s$/, '');
    const kind = KIND_WORDS.has(word.toLowerCase()) || KIND_WORDS.has(singular) || /^(?:named|called)$/i.test(word);
    return kind && next !== '' && !NO_NAMES.has(next.toLowerCase()) && !KIND_WORDS.has(next.toLowerCase()) && /^\p{L}/u.test(next) ? [next] : [];
  });
  return [...new Set([...names, ...afterKind])];
}

function looksLikeName(word: string): boolean {
  // Digits that are none of ours would pass for letters.
  if (/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]|(?![0-9])\p{N}/u.test(word)) return true;
  if (word.length < 2) return false;
  if (isUnit(word)) return false;
  if (/^\p{L}+$/u.test(word)) {
    if (KIND_WORDS.has(word.toLowerCase()) || KIND_WORDS.has(word.toLowerCase().replace(/s$/, ''))) return false;
    // OOMKilled, imagePullPolicy, ECONNREFUSED; but not DNS or CPU.
    return /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}/u.test(word) || /^\p{Lu}{7,}$/u.test(word);
  }
  // More than one point: an address or a version.
  if ((/^[\d.,%]+$/.test(word) && !/\..*\./.test(word)) || /^[x×~]?\d+(?:\.\d+)?(?:%|[a-zA-Z]{1,4})?$/.test(word)) return false;
  if (/^\d+\/\d+$/.test(word)) return false;
  const parts = word.toLowerCase().split('-');
  return !(parts.length > 1 && parts.every((part) => COMMON_PARTS.has(part) || COMMON_PARTS.has(part.replace(/(?:s|ed|ing)$/, ''))));
}

/** True when the name stands in the text as a word of its own, or is put together of such: `namespace/name`, `host:port`, `key=value:Effect`. */
export function carriesName(name: string, text: string): boolean {
  const wanted = name.toLowerCase();
  if (standsAlone(wanted, text)) return true;
  const parts = wanted.split(/[/:=]/);
  return parts.length > 1 && parts.length <= 4 && parts.every((part) => part !== '' && standsAlone(part, text));
}
