import type { Delivery } from '#domain/alert.ts';
import { isAlwaysFiring } from '#domain/alert.ts';
import { type Episode, placeAlert } from '#domain/episode.ts';
import type { Incident } from '#domain/incident.ts';
import type { Investigation, ProgressStep } from '#domain/investigation.ts';
import type { Analysis } from '#domain/report.ts';
import { severityOf } from '#domain/severity.ts';
import type { Feedback, IncidentDetail, ReportRecord } from '#domain/views.ts';
import type { Corrections, Queue, Reading, Recorded } from '#store/store.ts';

import { createFakeConversations, type FakeConversations } from './fake-conversations.ts';

/** A store in memory, one incident per fingerprint: enough of the contract for what the web server shows. */
export interface FakeStore extends Reading, Corrections, FakeConversations, Pick<Queue, 'requeue' | 'queueSize'> {
  receive(delivery: Delivery): Promise<Recorded>;
  /** Every delivery that was recorded. */
  readonly deliveries: readonly Delivery[];
  /** Ends the latest investigation of a fingerprint. */
  complete(fingerprint: string, analysis: Analysis): void;
  /** Everything rejects with this from now on; undefined: works again. */
  break(error: Error | undefined): void;
}

interface Case {
  incident: Incident | null;
  episodes: Episode[];
  investigations: Investigation[];
  analysis: Analysis | null;
}

export function createFakeStore(clock: () => Date): FakeStore {
  const cases = new Map<string, Case>();
  const deliveries: Delivery[] = [];
  const steps: ProgressStep[] = [];
  const feedback: Feedback[] = [];
  const listeners = new Set<(step: ProgressStep) => void>();
  let error: Error | undefined;
  let ids = 0;
  const now = (): string => clock().toISOString();
  const newId = (kind: string): string => `${kind}-${++ids}`;
  const check = (): void => {
    if (error) throw error;
  };
  const caseOf = (predicate: (known: Case) => boolean): Case | undefined => [...cases.values()].find(predicate);
  const queue = (known: Case, incident: Incident): string => {
    const id = newId('investigation');
    const times = { createdAt: now(), startedAt: null, completedAt: null };
    known.investigations.unshift({
      id,
      incidentId: incident.id,
      cluster: incident.cluster,
      state: 'queued',
      priority: 30,
      attempts: 0,
      problem: null,
      ...times,
    });
    return id;
  };

  async function receive(delivery: Delivery): Promise<Recorded> {
    check();
    deliveries.push(delivery);
    const queued: string[] = [];
    const alerts = delivery.alerts.map((alert) => {
      const key = `${delivery.cluster}/${alert.fingerprint}`;
      const known = cases.get(key) ?? { incident: null, episodes: [], investigations: [], analysis: null };
      cases.set(key, known);
      const latest = known.episodes[0];
      const placement = placeAlert(latest, alert, delivery.receivedAt);
      if (placement.verdict === 'new-episode') {
        const investigated = placement.state === 'open' && !isAlwaysFiring(alert.labels);
        if (investigated) {
          const at = delivery.receivedAt;
          known.incident = {
            ...{ id: newId('incident'), cluster: delivery.cluster, group: delivery.groupKey, title: alert.labels['alertname'] ?? '', state: 'open' },
            ...{ severity: severityOf(alert.labels['severity']), openedAt: at, updatedAt: at, closedAt: null },
          } as Incident;
          queued.push(queue(known, known.incident));
        }
        known.episodes.unshift(episodeOf(alert, delivery, newId('episode'), placement.state, investigated ? (known.incident?.id ?? null) : null));
      } else if (latest) {
        const change = placement.verdict === 'resolves' ? { state: 'resolved' as const, endsAt: placement.endsAt } : {};
        known.episodes[0] = { ...latest, ...change, lastSeenAt: delivery.receivedAt, repeats: latest.repeats + 1 };
      }
      return { fingerprint: alert.fingerprint, verdict: placement.verdict, episodeId: known.episodes[0]?.id ?? '', incidentId: known.incident?.id ?? null };
    });
    return { alerts, queued, cancelled: [] };
  }

  const recordOf = (known: Case): ReportRecord | undefined => {
    const episode = known.episodes[0];
    if (!episode) return undefined;
    const cause = known.analysis?.root_causes[0];
    return {
      episode,
      incident: known.incident,
      investigation: known.investigations[0] ?? null,
      cause: cause ? { code: cause.code, title: cause.title, confidence: cause.confidence } : null,
      analysis: known.analysis,
      members: known.episodes.slice(0, 1),
      history: known.episodes.map((each) => ({ episode: each, cause: null })),
      queuePosition: known.investigations[0]?.state === 'queued' ? 0 : null,
    };
  };
  const detailOf = (known: Case): IncidentDetail | undefined => {
    const record = recordOf(known);
    if (!record?.incident) return undefined;
    const { fingerprint, labels, state } = record.episode;
    return {
      ...{ incident: record.incident, investigation: record.investigation, cause: record.cause, members: record.members, analysis: record.analysis },
      alerts: { total: 1, firing: state === 'open' ? 1 : 0 },
      lead: { alertName: labels['alertname'] ?? '', namespace: labels['namespace'] ?? 'Unknown', fingerprint },
      ...{ healthy: false, inconclusive: false, investigations: known.investigations },
    };
  };
  const records = (): ReportRecord[] => [...cases.values()].flatMap((known) => recordOf(known) ?? []);
  const incident = async (id: string): Promise<IncidentDetail | undefined> => {
    check();
    const known = caseOf((each) => each.incident?.id === id);
    return known && detailOf(known);
  };
  async function addProgress(investigationId: string, what: string, kind: ProgressStep['kind']): Promise<void> {
    const seq = steps.filter((step) => step.investigationId === investigationId).length + 1;
    const step = { investigationId, seq, at: now(), what, kind };
    steps.push(step);
    for (const listener of [...listeners]) listener(step);
  }

  return {
    ...createFakeConversations(),
    receive,
    deliveries,
    break: (thrown) => {
      error = thrown;
    },
    complete(fingerprint, analysis) {
      const known = caseOf(({ episodes }) => episodes[0]?.fingerprint === fingerprint);
      const [latest, ...rest] = known?.investigations ?? [];
      if (!known || !latest) throw new Error(`nothing to complete for ${fingerprint}`);
      known.investigations = [{ ...latest, state: 'completed', startedAt: now(), completedAt: now() }, ...rest];
      known.analysis = analysis;
    },
    incident,
    incidentForWork: incident,
    async report(fingerprint, which = {}) {
      check();
      const found = caseOf(
        ({ episodes: [latest] }) => latest?.fingerprint === fingerprint && (which.cluster === undefined || latest.cluster === which.cluster),
      );
      return found && recordOf(found);
    },
    async reports({ limit, namespace }) {
      check();
      const matching = records().filter(({ episode }) => namespace === undefined || episode.labels['namespace'] === namespace);
      return { items: matching.slice(0, limit), next: matching.length > limit ? 'next' : null };
    },
    async incidents({ limit }) {
      check();
      return { items: [...cases.values()].flatMap((known) => detailOf(known) ?? []).slice(0, limit), next: null };
    },
    async investigation(id) {
      check();
      const known = caseOf(({ investigations }) => investigations.some((each) => each.id === id));
      const found = known?.investigations.find((each) => each.id === id);
      return found && { ...found, analysis: known?.analysis ?? null };
    },
    async progress(id, afterSeq) {
      check();
      return steps.filter(({ investigationId, seq }) => investigationId === id && seq > afterSeq);
    },
    addProgress,
    onProgress(listener) {
      const heard = (step: ProgressStep): void => listener(step, 'us');
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    async counts() {
      check();
      const episodes = records().length;
      return { openIncidents: episodes, episodes, openEpisodes: episodes };
    },
    async lastSigns() {
      check();
      const watchdogs = records().filter(({ episode }) => episode.labels['alertname'] === 'Watchdog');
      return {
        lastDeliveryAt: deliveries.at(-1)?.receivedAt ?? null,
        watchdogs: watchdogs.map(({ episode }) => ({ cluster: episode.cluster, at: episode.lastSeenAt })),
      };
    },
    async addFeedback(each) {
      feedback.push(each);
    },
    feedback: async (id) => feedback.filter(({ investigationId }) => investigationId === id),
    async requeue(incidentId) {
      const known = caseOf((each) => each.incident?.id === incidentId);
      if (!known?.incident) return undefined;
      const running = known.investigations.find(({ completedAt }) => completedAt === null);
      return running?.id ?? queue(known, known.incident);
    },
    /** Every case has one alert: what can be taken out is that of another case. */
    async split(incidentId, fingerprints) {
      check();
      const known = caseOf((each) => each.incident?.id === incidentId);
      if (!known) return 'no-incident';
      if (fingerprints.has(known.episodes[0]?.fingerprint ?? '')) return 'nothing-left';
      const other = caseOf(({ episodes }) => fingerprints.has(episodes[0]?.fingerprint ?? ''));
      if (!other?.incident) return 'no-alert';
      if (other.episodes[0]?.state !== 'open') return 'over';
      return { incidentId: other.incident.id, investigationId: queue(other, other.incident) };
    },
    /** Of what was split off here the next case is the rest. */
    async join(incidentId) {
      check();
      const known = caseOf((each) => each.incident?.id === incidentId);
      if (!known?.incident) return 'no-incident';
      const whole = caseOf((each) => each !== known && each.incident !== null);
      if (!whole?.incident) return 'not-split';
      if (known.episodes[0]?.state !== 'open') return 'over';
      if (whole.episodes[0]?.state !== 'open') return 'gone';
      return { incidentId: whole.incident.id, investigationId: queue(whole, whole.incident) };
    },
    async queueSize() {
      check();
      const queued = [...cases.values()].filter(({ investigations }) => investigations[0]?.state === 'queued').length;
      return { queued, running: 0, oldestQueuedAt: null };
    },
  };
}

function episodeOf(alert: Delivery['alerts'][number], delivery: Delivery, id: string, state: Episode['state'], incidentId: string | null): Episode {
  const { fingerprint, startsAt, endsAt, labels, annotations, generatorUrl } = alert;
  return {
    ...{ id, cluster: delivery.cluster, fingerprint, state, startsAt, endsAt, labels, annotations, generatorUrl },
    ...{ externalUrl: delivery.externalUrl, truncatedAlerts: delivery.truncatedAlerts, incidentId, repeats: 0 },
    ...{ firstSeenAt: delivery.receivedAt, lastSeenAt: delivery.receivedAt },
  };
}
