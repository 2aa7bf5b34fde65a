import type { Risk } from '#domain/finding.ts';
import { TOPIC_FACTS } from '#domain/topic.ts';
import { parseQuantity } from '#lib/quantity.ts';
import { commandLine } from '#lib/shell-word.ts';
import type { EvidenceRecord } from '../evidence-record.ts';
import { topicOf } from '../tools/tool.ts';
import { standsAlone } from './ground.ts';

export type CommandCheck = { readonly ok: true; readonly command: string; readonly risk: Risk } | { readonly ok: false; readonly why: string };

/** What a command may be: a verb of the list, flags of the list, objects that exist. Everything else is dropped. */
interface Verb {
  readonly risk: Risk;
  readonly flags: readonly string[];
  /** How many words name the object; the first may be `kind/name` or `kind name`. */
  readonly target: 'any' | 'object' | 'pod' | 'node' | 'none';
}

const LOOK = ['-n', '-l', '-o', '--sort-by', '--field-selector', '-A', '--show-labels'];
const VERBS: Readonly<Record<string, Verb>> = {
  get: { risk: 'none', flags: LOOK, target: 'any' },
  describe: { risk: 'none', flags: ['-n', '-l', '-A'], target: 'any' },
  logs: {
    risk: 'none',
    flags: ['-n', '-c', '-p', '--tail', '--since', '--timestamps', '--all-containers'],
    target: 'pod',
  },
  top: { risk: 'none', flags: ['-n', '-A', '--containers', '--sort-by'], target: 'any' },
  events: { risk: 'none', flags: ['-n', '-A', '--for', '--types'], target: 'none' },
  'rollout status': { risk: 'none', flags: ['-n', '--timeout'], target: 'object' },
  'rollout history': { risk: 'none', flags: ['-n', '--revision'], target: 'object' },
  'rollout undo': { risk: 'medium', flags: ['-n', '--to-revision'], target: 'object' },
  'rollout restart': { risk: 'medium', flags: ['-n'], target: 'object' },
  'rollout resume': { risk: 'medium', flags: ['-n'], target: 'object' },
  'rollout pause': { risk: 'low', flags: ['-n'], target: 'object' },
  scale: { risk: 'medium', flags: ['-n', '--replicas'], target: 'object' },
  'set resources': { risk: 'medium', flags: ['-n', '-c', '--limits', '--requests'], target: 'object' },
  edit: { risk: 'medium', flags: ['-n'], target: 'object' },
  uncordon: { risk: 'low', flags: [], target: 'node' },
  cordon: { risk: 'medium', flags: [], target: 'node' },
};

const SWITCHES = new Set(['-A', '-p', '--timestamps', '--all-containers', '--containers', '--show-labels']);
/** Flags have one name here, so that none is said twice in different words, of which kubectl takes the last. */
const SHORT_FLAG: Readonly<Record<string, string>> = {
  '--namespace': '-n',
  '--selector': '-l',
  '--output': '-o',
  '--all-namespaces': '-A',
  '--previous': '-p',
  '--container': '-c',
};
const SHORT_FLAG_OF_SET: Readonly<Record<string, string>> = { '--containers': '-c' };

const MOST_REPLICAS = 100;

/** Short names that kubectl knows. */
const SHORT: Readonly<Record<string, string>> = {
  po: 'pods',
  deploy: 'deployments',
  rs: 'replicasets',
  sts: 'statefulsets',
  ds: 'daemonsets',
  cj: 'cronjobs',
  svc: 'services',
  ep: 'endpoints',
  ing: 'ingresses',
  netpol: 'networkpolicies',
  pvc: 'persistentvolumeclaims',
  pv: 'persistentvolumes',
  sc: 'storageclasses',
  no: 'nodes',
  ns: 'namespaces',
  quota: 'resourcequotas',
  limits: 'limitranges',
  sa: 'serviceaccounts',
  cm: 'configmaps',
  hpa: 'horizontalpodautoscalers',
  pdb: 'poddisruptionbudgets',
  endpointslices: 'endpoints',
};

/**
 * Reads a command as a shell would and says whether it may stand on a report: one plain kubectl command, nothing that deletes, executes, copies, forwards
 * or shows secrets, only objects of the record. Written anew from its words, so that nothing hides in it. `said`: all evidence, plain (ground.ts), in which
 * the names of containers and the values of selectors must stand.
 */
export function checkCommand(command: string, record: EvidenceRecord, said: string): CommandCheck {
  const words = wordsOf(command);
  if (typeof words === 'string') return no(words);
  if (words[0] !== 'kubectl') return no('not a kubectl command');
  const parsed = parse(words.slice(1));
  if (typeof parsed === 'string') return no(parsed);
  const { name, verb, targets, flags } = parsed;
  const problem = wrongFlag(name, flags, record, said) ?? wrongTarget(verb, targets, flags, record, said);
  if (problem) return no(problem);
  return { ok: true, command: commandLine(...words), risk: name === 'edit' && !isNamespaced(targets[0] ?? '') ? 'high' : verb.risk };
}

/** Splits into words; a string says why it is refused. Quotes are allowed, everything that a shell acts on is not, inside quotes neither. */
function wordsOf(command: string): readonly string[] | string {
  const text = command.trim();
  if (text.length > 500) return 'too long';
  if (!/^[\x20-\x7e]+$/.test(text)) return 'holds unusual characters';
  if (/[`$;|&<>\\(){}*?!#~^]|\[|\]/.test(text)) return 'holds characters that a shell acts on, or a placeholder';
  const words = [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
  if ((text.match(/"/g)?.length ?? 0) % 2 || (text.match(/'/g)?.length ?? 0) % 2) return 'holds an open quote';
  if (words.some((word) => word.includes(' '))) return 'holds a blank within quotes';
  if (words.some((word) => word.includes('...') || word.split(/[=,:/]/).some((part) => PLACEHOLDER.test(part)))) return 'holds a placeholder';
  return words;
}

const PLACEHOLDER = /^(?:your|my|some)[-_]|^[A-Z][A-Z_-]{2,}$/;

interface Parsed {
  readonly name: string;
  readonly verb: Verb;
  readonly targets: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

function parse(words: readonly string[]): Parsed | string {
  const plain: string[] = [];
  const flags = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      plain.push(word);
      continue;
    }
    const [written = '', ...rest] = /^-[nolc][^=]/.test(word) ? [word.slice(0, 2), word.slice(2)] : word.split('=');
    const flag = (plain[0] === 'set' ? SHORT_FLAG_OF_SET[written] : undefined) ?? SHORT_FLAG[written] ?? written;
    if (flags.has(flag)) return `says ${flag} twice`;
    if (rest.length > 0) flags.set(flag, rest.join('='));
    else if (SWITCHES.has(flag)) flags.set(flag, '');
    else {
      at += 1;
      flags.set(flag, words[at] ?? '');
    }
  }
  const name = plain[0] === 'rollout' || plain[0] === 'set' ? plain.slice(0, 2).join(' ') : (plain[0] ?? '');
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) return `kubectl ${name.slice(0, 40)} is not allowed on a report`;
  const strange = [...flags.keys()].find((flag) => !verb.flags.includes(flag));
  if (strange) return `the flag ${strange.slice(0, 40)} is not allowed`;
  return { name, verb, targets: plain.slice(name.split(' ').length), flags };
}

function wrongFlag(name: string, flags: ReadonlyMap<string, string>, record: EvidenceRecord, said: string): string | undefined {
  for (const [flag, value] of flags) {
    if (value === '' && !SWITCHES.has(flag)) return `the flag ${flag} has no value`;
    if (flag === '-n' && !record.namespaces().has(value)) return `namespace ${value} is not in the evidence`;
    if (flag === '-o' && !['wide', 'yaml', 'json', 'name'].includes(value)) return `the output ${value} is not allowed`;
    if (flag === '-c' && !standsAlone(value.toLowerCase(), said)) return `container ${value} is not in the evidence`;
    if (flag === '-l' || flag === '--field-selector') {
      const stranger = selected(value).find((wanted) => !standsAlone(wanted.toLowerCase(), said) && !STATES.has(wanted.toLowerCase()));
      if (stranger !== undefined) return `${stranger} is not in the evidence`;
    }
    if (flag === '--replicas' && !(/^\d{1,3}$/.test(value) && Number(value) > 0 && Number(value) <= MOST_REPLICAS)) return `${value} replicas are not allowed`;
    if ((flag === '--limits' || flag === '--requests') && !value.split(',').every(isResource)) return `${value} are no resources`;
    if (/^--(?:to-)?revision$/.test(flag) && !/^\d{1,6}$/.test(value)) return `${value} is no revision`;
    if (flag === '--for' && !existsAs(value, flags, record)) return `${value} is not in the evidence`;
    if (!/^[\w.,:=/%@+-]*$/.test(value)) return `the value of ${flag} is not plain`;
  }
  if (name === 'scale' && !flags.has('--replicas')) return 'says no number of replicas';
  if (name === 'set resources' && !flags.has('--limits') && !flags.has('--requests')) return 'sets nothing';
  return undefined;
}

/** The values that a selector asks for: `app=checkout,type!=Warning`. */
function selected(selector: string): readonly string[] {
  return selector.split(',').flatMap((term) => term.split('=').slice(1).filter(Boolean));
}
/** What fields of status and events are, whether or not something is so. */
const STATES = new Set('running pending failed succeeded unknown warning normal true false'.split(' '));

function wrongTarget(
  { target, risk }: Verb,
  targets: readonly string[],
  flags: ReadonlyMap<string, string>,
  record: EvidenceRecord,
  said: string,
): string | undefined {
  if (risk !== 'none' && targets.some((one) => isSecret(one.split('/')[0] ?? ''))) return 'changes a Secret';
  if (risk !== 'none' && target === 'object' && isNamespaced(targets[0] ?? '') && !flags.has('-n'))
    return 'changes something without saying in which namespace';
  if (target === 'none') return targets.length === 0 ? undefined : 'names more than it may';
  if (target === 'node') return targets.length === 1 && record.exists({ kind: 'Node', name: targets[0] ?? '' }) ? undefined : 'the node is not in the evidence';
  if (target === 'pod') {
    const [pod = '', container] = targets;
    if (targets.length < 1 || targets.length > 2) return 'must name one pod';
    if (container && !standsAlone(container.toLowerCase(), said)) return `container ${container} is not in the evidence`;
    return existsAs(pod.includes('/') ? pod : `pod/${pod}`, flags, record) ? undefined : `${pod} is not in the evidence`;
  }
  const [first = '', ...names] = targets;
  if (first === '') return 'names no object';
  if (first.includes('/')) {
    const stranger = targets.find((one) => !existsAs(one, flags, record));
    return stranger ? `${stranger} is not in the evidence` : risk !== 'none' && targets.length > 1 ? 'changes more than one object' : secretsIn(targets, flags);
  }
  if (first.includes(',')) return 'names several kinds';
  if (isSecret(first)) return flags.has('-o') ? 'shows a Secret' : names.length === 0 ? undefined : secretName(names, flags, record);
  if (first !== 'events' && first !== 'event' && kindOf(first) === undefined) return `${first} is no known kind`;
  if (names.length === 0) return target === 'any' ? undefined : 'names no object';
  const stranger = names.find((name) => !existsAs(`${first}/${name}`, flags, record));
  return stranger ? `${stranger} is not in the evidence` : risk !== 'none' && names.length > 1 ? 'changes more than one object' : undefined;
}

function isNamespaced(word: string): boolean {
  const kind = kindOf(word.split('/')[0] ?? '');
  return Object.values(TOPIC_FACTS).some((facts) => facts.kind === kind && facts.namespaced);
}

function secretsIn(targets: readonly string[], flags: ReadonlyMap<string, string>): string | undefined {
  return targets.some((one) => isSecret(one.split('/')[0] ?? '')) && flags.has('-o') ? 'shows a Secret' : undefined;
}

function secretName(names: readonly string[], flags: ReadonlyMap<string, string>, record: EvidenceRecord): string | undefined {
  const namespace = flags.get('-n');
  return names.every((name) => record.exists({ kind: 'Secret', namespace, name })) ? undefined : 'the Secret is not in the evidence';
}

function isSecret(kind: string): boolean {
  return /^secrets?$/i.test(kind.split('.')[0] ?? '');
}

function kindOf(word: string): string | undefined {
  const bare = word.toLowerCase().split('.')[0] ?? '';
  const topic = topicOf(SHORT[bare] ?? bare);
  return topic && TOPIC_FACTS[topic].kind;
}

/** `kind/name` of an object that some evidence proves to exist, in the namespace that the command says. */
function existsAs(word: string, flags: ReadonlyMap<string, string>, record: EvidenceRecord): boolean {
  const [kindWord = '', name = '', ...more] = word.split('/');
  const kind = isSecret(kindWord) ? 'Secret' : kindOf(kindWord);
  return kind !== undefined && name !== '' && more.length === 0 && record.exists({ kind, namespace: flags.get('-n'), name });
}

function isResource(pair: string): boolean {
  const [name = '', amount = '', ...more] = pair.split('=');
  return more.length === 0 && ['cpu', 'memory', 'ephemeral-storage'].includes(name) && (parseQuantity(amount) ?? 0) > 0;
}

function no(why: string): CommandCheck {
  return { ok: false, why };
}
