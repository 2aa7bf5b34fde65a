import type { Citation } from '#domain/finding.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import type { ClueKind } from '#lib/logs/wording.ts';
import { type AskFor, type Circumstances, cite, found, notApplicable, type Verdict } from '../rule.ts';
import { complaintSince, type DependencyClue, type DependencyTopics, dependencyClues, dependencyFirst, storeKind } from './dependency.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { errorText } from './log-errors.ts';
import { podRef } from './pods.ts';
import { type Maker, makersOf, podsBehind, serviceRef } from './service-backends.ts';
import { editWorkload, fix, look } from './workload-edits.ts';

/** A complaint of clients that tells about the state of a store. */
export interface StoreComplaint {
  readonly kind: ClueKind;
  readonly wanted: (clue: DependencyClue) => boolean;
  /** A setting of the server, in its arguments, environment or configuration, that explains it. */
  readonly setting: RegExp;
  readonly title: (store: string, client: string) => string;
  readonly explanation: string;
  readonly advice: string;
}

/**
 * Judges what a client's log says about the state of its database; the claim is about what makes the database's pods, where that is in the cluster, else about the
 * client. A setting of the server that explains the complaint makes it certain.
 */
export async function judgeStore(
  workload: Workload,
  ask: AskFor<DependencyTopics | 'deployments' | 'statefulsets' | 'daemonsets'>,
  circumstances: Circumstances,
  complaint: StoreComplaint,
): Promise<Verdict | readonly Verdict[]> {
  const told = await dependencyClues(workload, [complaint.kind], ask, circumstances);
  const best = told?.clues.find(complaint.wanted);
  if (!told || !best) return notApplicable;
  const namespace = best.target.service?.metadata.namespace ?? workload.ref.namespace;
  const server = storeOf(best, await makersOf(namespace, ask), told.around);
  const maps = await ask(list('configmaps', namespace));
  const setting = server && settingOf(server, complaint.setting, maps.outcome === 'present' ? maps.data : []);
  const { ref } = workload;
  const { error, fact, pod, target, clue } = best;
  const store = server ? `${server.ref.kind} ${server.ref.name}` : dependencyFirst(target, clue.source);
  const citations: readonly Citation[] = [
    cite(fact, `What ${ref.name} is told by it.`, { about: podRef(pod), excerpt: errorText(error) }),
    ...(setting && server ? [cite(workload.seenIn, `${store} is configured so.`, { about: server.ref, excerpt: setting })] : []),
  ];
  return found(setting ? 'certain' : 'likely', citations, {
    title: complaint.title(store, ref.name),
    explanation: `${complaint.explanation} What was said: ${clue.quote.slice(0, 200)}`,
    subject: server?.ref ?? (target.service ? serviceRef(target.service) : ref),
    remedies: [
      server
        ? look('See how the database is configured.', kubectl(server.ref, 'get', objectArg(server.ref), '-o', 'yaml'))
        : look('Read what it says.', kubectl(ref, 'logs', pod.metadata.name, '-c', best.container, '--tail=100')),
      fix(complaint.advice, server ? editWorkload(server.ref) : editWorkload(ref)),
    ],
    since: complaintSince(best),
    affects: [ref, podRef(pod)],
  });
}

/** What makes the pods of the store: behind the Service that the complaint names, else the only store of its kind here. */
function storeOf({ target, clue }: DependencyClue, makers: readonly Maker[], pods: Parameters<typeof podsBehind>[1]): Maker | undefined {
  const [pod] = target.service ? podsBehind(target.service, pods) : [];
  if (pod)
    return makers.find(({ labels }) => Object.keys(labels).length > 0 && Object.entries(labels).every(([key, value]) => pod.metadata.labels[key] === value));
  if (target.host !== undefined) return undefined;
  const ofKind = (wanted: (kind: string) => boolean) => makers.filter(({ spec }) => wanted(storeKind(spec) ?? ''));
  const exact = ofKind((kind) => kind !== '' && kind.toLowerCase().slice(0, 5) === clue.source.toLowerCase().slice(0, 5));
  const alike = exact.length > 0 ? exact : ofKind((kind) => kind === 'database');
  return alike.length === 1 ? alike[0] : undefined;
}

/** The line of the server's own settings that the expression finds. */
function settingOf(
  { spec }: Maker,
  expression: RegExp,
  maps: readonly { readonly metadata: { readonly name: string }; readonly data: Readonly<Record<string, string>> }[],
): string | undefined {
  const words = spec.containers.flatMap(({ command, args, env }) => [...command, ...args, ...env.map(({ name, value }) => `${name}=${value ?? ''}`)]);
  const mounted = spec.volumes.flatMap(({ configMap }) => maps.find(({ metadata }) => metadata.name === configMap?.name) ?? []);
  const lines = mounted.flatMap(({ data }) => Object.values(data).flatMap((text) => text.slice(0, 50_000).split('\n')));
  return [...words, ...lines.filter((line) => !line.trim().startsWith('#'))].find((line) => expression.test(line.slice(0, 500)))?.slice(0, 300);
}
