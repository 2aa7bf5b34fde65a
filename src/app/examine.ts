import type { LoadedConfig } from '#config/load-config.ts';
import { messageOf, OncallmError } from '#domain/error.ts';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import { topicsRead } from '#investigate/topics-read.ts';
import { createUuidV7 } from '#lib/uuid-v7.ts';
import { RULES } from '#rules/registry.ts';
import { checkAccess } from '#sources/kubernetes/check-access.ts';
import type { KubernetesSource } from '#sources/kubernetes/kubernetes-source.ts';
import type { Source } from '#sources/source.ts';
import type { StoreOptions } from '#store/options.ts';
import { createModelAgent, meansModel } from './create-model-agent.ts';
import { connectLive } from './live-worlds.ts';
import { openStore } from './open-store.ts';
import { warningsOf } from './serve.ts';

/** What was found about one part of the installation. */
export interface Diagnosis {
  readonly part: string;
  /** `attention`: works, but not as well as it could. */
  readonly state: 'ok' | 'attention' | 'failing';
  readonly detail: string;
  /** What to do about it; '' when there is nothing to do. */
  readonly fix: string;
}

export interface Examination {
  readonly loaded: Extract<LoadedConfig, { readonly ok: true }>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Check rights in this namespace only. */
  readonly namespace: string | undefined;
  readonly signal: AbortSignal;
  readonly step: (what: string) => void;
}

const DEADLINE_MS = 20_000;

/** Looks at everything that OnCallM works with. Never throws; changes nothing but for creating the database file. */
export async function examine({ loaded, env, namespace, signal, step }: Examination): Promise<readonly Diagnosis[]> {
  const { config } = loaded;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  const findings: Diagnosis[] = [{ part: 'Settings', state: 'ok', detail: 'all values are usable', fix: '' }];
  for (const { message } of warningsOf(config)) findings.push({ part: 'Settings', state: 'attention', detail: `${message}.`, fix: '' });
  findings.push(await examineModel(config, deadline));

  step('Opening the database');
  findings.push(await examineDatabase(config.store));
  const live = connectLive({ config, env, clock: () => new Date(), log: { warn: () => {} } });
  try {
    step('Asking the cluster what may be read');
    findings.push(...(await examineCluster(live.kubernetes, namespace, deadline)));
    for (const source of [live.prometheus, live.loki]) {
      step(`Asking ${source.name}`);
      findings.push(await examineSource(source, deadline));
    }
  } finally {
    await live.close();
  }
  return findings;
}

async function examineDatabase(options: StoreOptions): Promise<Diagnosis> {
  try {
    const store = await openStore(options, { clock: () => new Date(), newId: createUuidV7() });
    try {
      await store.migrate();
      await store.check();
    } finally {
      await store.close();
    }
    return { part: 'Database', state: 'ok', detail: 'opens, reads and writes', fix: '' };
  } catch (thrown) {
    return { part: 'Database', state: 'failing', detail: messageOf(thrown), fix: thrown instanceof OncallmError ? thrown.fix : '' };
  }
}

async function examineCluster(source: KubernetesSource, namespace: string | undefined, signal: AbortSignal): Promise<readonly Diagnosis[]> {
  const part = 'Kubernetes';
  const state = await source.check(signal);
  if (state.state !== 'ok') return [{ part, state: state.state === 'failing' ? 'failing' : 'attention', detail: state.detail, fix: state.fix }];
  try {
    const access = await checkAccess(await source.reader(), topicsRead(RULES), namespace, signal);
    const missing = access.filter(({ result }) => result !== 'ok');
    const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
    return [
      { part, state: 'ok', detail: `${state.detail}; ${access.length - missing.length} of ${access.length} kinds can be read ${where}`, fix: '' },
      ...missing.map(({ topic, result }) => unreadable(topic, result === 'ok' ? '' : result.why, namespace)),
    ];
  } catch (thrown) {
    return [{ part, state: 'failing', detail: messageOf(thrown), fix: 'Check KUBECONFIG and that the cluster can be reached from here.' }];
  }
}

/** With a Role for one namespace, what belongs to the whole cluster cannot be read; and that an add-on is forbidden matters only where there is one: notes, since reports then say so. */
function unreadable(topic: KubernetesTopic | 'logs', why: string, namespace: string | undefined): Diagnosis {
  const ofCluster = topic !== 'logs' && !TOPIC_FACTS[topic].namespaced;
  if (namespace !== undefined && ofCluster)
    return {
      part: 'Kubernetes',
      state: 'attention',
      detail: `cannot read ${topic}, which belong to the whole cluster`,
      fix: 'Nothing to do with a Role for one namespace; reports name what they could not read.',
    };
  const where = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
  if (topic !== 'logs' && TOPIC_FACTS[topic].addOn)
    return {
      part: 'Kubernetes',
      state: 'attention',
      detail: `cannot read ${topic}.${TOPIC_FACTS[topic].group} ${where}: ${why}`,
      fix: 'Nothing to do in a cluster without them. With Argo CD or Flux, allow it as in deploy/kubernetes.yaml: reports then say what was delivered when.',
    };
  const fix =
    namespace === undefined
      ? 'Apply the ClusterRole of deploy/kubernetes.yaml, or run this with --namespace NS for a Role in one namespace.'
      : 'Add it to the Role; docs/getting-started.md has one.';
  return { part: 'Kubernetes', state: 'failing', detail: `cannot read ${topic} ${where}: ${why}`, fix };
}

async function examineModel(config: Examination['loaded']['config'], signal: AbortSignal): Promise<Diagnosis> {
  const part = 'Language model';
  const none: Diagnosis = { part, state: 'ok', detail: 'not configured; answers come from rules', fix: '' };
  if (!meansModel(config)) return none;
  try {
    const probe = await (await createModelAgent(config))?.refresh(signal, 'now');
    if (probe === undefined) return none;
    if (probe.state === 'disconnected') return { part, state: 'failing', detail: probe.detail, fix: probe.fix };
    const { detail, attention } = probe;
    return attention ? { part, state: 'attention', detail: `${detail}; ${attention.detail}`, fix: attention.fix } : { part, state: 'ok', detail, fix: '' };
  } catch (thrown) {
    return { part, state: 'failing', detail: messageOf(thrown), fix: thrown instanceof OncallmError ? thrown.fix : '' };
  }
}

async function examineSource(source: Source, signal: AbortSignal): Promise<Diagnosis> {
  const check = await source.check(signal);
  if (check.state === 'ok') return { part: source.name, state: 'ok', detail: check.detail, fix: '' };
  return { part: source.name, state: check.state === 'failing' ? 'failing' : 'attention', detail: check.detail, fix: check.fix };
}
