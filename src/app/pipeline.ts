import type { Logger } from 'pino';
import type { Agent, AgentOutcome } from '#agent/agent.ts';
import type { Delivery } from '#domain/alert.ts';
import { messageOf } from '#domain/error.ts';
import type { Claim } from '#domain/investigation.ts';
import type { NoticeClaim } from '#domain/notice.ts';
import type { Analysis } from '#domain/report.ts';
import type { IncidentDetail } from '#domain/views.ts';
import { openDoor } from '#investigate/open-door.ts';
import type { Message, Notifier, Sent } from '#notify/notifier.ts';
import { toReport } from '#report/to-report.ts';
import type { Source } from '#sources/source.ts';
import type { Recorded, RecordPolicy, Store } from '#store/store.ts';
import { withBackground } from './background.ts';
import type { Investigator } from './investigator/investigator.ts';
import { createStepWriter, type StepWriter } from './step-writer.ts';
import type { World } from './world.ts';

/**
 * The whole product in three functions. Each ends in one transaction: a crash between or inside them repeats a step and loses nothing.
 */
export interface Pipeline {
  /** Records the alerts and queues what needs investigating; resolves when it is on disk, and only then may the sender be told. */
  receive(delivery: Delivery): Promise<Recorded>;
  /** Finds out why, and stores the answer, unless the claim is no longer ours. Rejects when it must be tried again. */
  investigate(claim: Claim, signal: AbortSignal): Promise<void>;
  /** Sends one notifier what it is owed about a settled investigation, once. Rejects when the report cannot be read. */
  deliver(notice: NoticeClaim, signal: AbortSignal): Promise<Sent>;
}

export interface PipelineParts {
  readonly store: Store;
  readonly investigator: Investigator;
  /** What is known besides the clusters: runbooks, incidents before. */
  readonly knowledge?: readonly Source[] | undefined;
  readonly notifiers: readonly Notifier[];
  /** The investigator with a model; absent where none is configured. */
  readonly agent?: Agent | undefined;
  /** Hears what became of the model's part, for the metrics. */
  readonly onAgent?: ((outcome: AgentOutcome) => void) | undefined;
  readonly policy: RecordPolicy;
  readonly baseUrl: string;
  readonly log: Logger;
}

export function createPipeline(parts: PipelineParts): Pipeline {
  const { store, investigator, notifiers, policy, baseUrl, log, knowledge = [] } = parts;
  return {
    receive: (delivery) => store.record(delivery, policy),

    async investigate(claim, signal) {
      const work = await store.incidentForWork(claim.incidentId);
      if (work === undefined) throw new Error(`Incident ${claim.incidentId} is gone: its alerts were deleted while it waited.`);
      const world = investigator.worlds.of(claim.cluster);
      const { investigationId } = claim;
      const steps = createStepWriter(
        (what) => store.addProgress(investigationId, what, 'step'),
        (thrown) => log.debug({ investigation: investigationId, why: messageOf(thrown) }, 'Could not write a progress step'),
      );
      const found = await investigator.investigate({ incident: work.incident, episodes: work.members }, signal, steps.add);
      // Cut off half way (shutdown, lease lost): what was not read yet would be shown as unreadable.
      signal.throwIfAborted();
      const analysis = await withBackground(found, work, openDoor(knowledge, world.clock, signal).ask, world.clock);
      await steps.written();
      if (!(await store.saveAnalysis(claim, analysis))) return;
      const [cause] = analysis.root_causes;
      log.info(
        {
          investigation: investigationId,
          cluster: claim.cluster,
          code: cause?.code,
          confidence: cause?.confidence,
          durationMs: analysis.usage.duration_ms,
        },
        'Investigated',
      );
      await investigateFurther({ analysis, work, world, claim, steps }, parts, signal);
    },

    async deliver({ investigationId, notifier: name }, signal) {
      const notifier = notifiers.find((each) => each.name === name);
      const message = await messageAbout(store, investigationId, baseUrl);
      if (!notifier || !message) return { delivered: false, retry: false, why: notifier ? 'the report is no longer kept' : `there is no notifier ${name}` };
      return notifier.send(message, signal);
    },
  };
}

interface Further {
  readonly analysis: Analysis;
  readonly work: IncidentDetail;
  readonly world: World;
  readonly claim: Claim;
  readonly steps: StepWriter;
}

/** The model's part: the rules' answer is on the page already, and stands whatever happens here. */
async function investigateFurther(
  { analysis, work, world, claim, steps }: Further,
  { agent, onAgent, store, log, knowledge = [] }: PipelineParts,
  signal: AbortSignal,
): Promise<void> {
  const task = { analysis, alerts: work.members, severity: work.incident.severity, incident: { id: work.incident.id, cluster: work.incident.cluster } };
  if (!agent?.wants(task)) return;
  steps.add(`Asking ${agent.model}`);
  const door = openDoor([...world.sources, ...knowledge], world.clock, signal);
  const outcome = await agent.investigate({ ...task, investigation: claim.investigationId, ask: door.ask, step: steps.add, signal });
  signal.throwIfAborted();
  await steps.written();
  onAgent?.(outcome);
  if (outcome.did === 'skip') return;
  const transcript = outcome.did === 'answer' ? outcome.result.transcript : outcome.transcript;
  // First: a page that hears of the answer links to the transcript.
  if (transcript && !(await store.saveTranscript(claim, transcript))) return;
  if (!(await store.saveAnalysis(claim, outcome.analysis))) return;
  log.info(
    { investigation: claim.investigationId, model: agent.model, did: outcome.did, durationMs: Math.round(outcome.seconds * 1000) },
    'Investigated with a model',
  );
}

/** With the report of the alert that leads the incident. */
async function messageAbout(store: Store, investigationId: string, baseUrl: string): Promise<Message | undefined> {
  const investigation = await store.investigation(investigationId);
  const incident = investigation && (await store.incident(investigation.incidentId));
  const record = incident && (await store.report(incident.lead.fingerprint, { cluster: incident.incident.cluster }));
  return record && { investigationId, ended: investigation.state === 'failed' ? 'failed' : 'completed', report: toReport(record, baseUrl) };
}
