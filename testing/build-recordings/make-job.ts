import { digest, meta, ownedBy, suffixOf } from '../../scripts/scenarios/world.ts';
import { emit } from './event.ts';
import { makePod, planPod } from './make-pod.ts';
import type { ContainerState, Draft, Line, Place, PodDraft, Template } from './shape.ts';

export interface JobOptions {
  readonly template: Template;
  /** Name of the CronJob that made it. */
  readonly cronJob?: string;
  /** Minutes since it began. */
  readonly ago: number;
  readonly failed?: { readonly reason: string; readonly message: string; readonly ago: number };
  /** Minutes since it ended well. */
  readonly succeededAgo?: number;
  readonly backoffLimit?: number;
  readonly deadlineSeconds?: number;
  readonly node?: string;
  /** Exit codes and how long each attempt took, oldest first; minutes since each began. */
  readonly attempts: readonly { readonly ago: number; readonly exit: number; readonly seconds: number; readonly log?: readonly Line[] }[];
}

/** Adds a Job with its pods and what the controller says of it. */
export function addJob(draft: Draft, name: string, options: JobOptions): void {
  draft.extras.push(({ world, find }) => {
    const owner = options.cronJob === undefined ? undefined : find('CronJob', options.cronJob);
    const { failed, succeededAgo } = options;
    const condition = (type: string, ago: number, why: Record<string, string> = {}): Record<string, unknown> => ({
      type,
      status: 'True',
      lastProbeTime: world.ago(ago),
      lastTransitionTime: world.ago(ago),
      ...why,
    });
    const bad = options.attempts.filter(({ exit }) => exit !== 0).length;
    const job = world.add({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: meta(world, 'Job', name, options.ago, { labels: options.template.labels, ...(owner ? { ownerReferences: ownedBy(owner) } : {}) }),
      spec: {
        parallelism: 1,
        completions: 1,
        backoffLimit: options.backoffLimit ?? 3,
        ...(options.deadlineSeconds === undefined ? {} : { activeDeadlineSeconds: options.deadlineSeconds }),
        suspend: false,
        template: { metadata: { labels: { ...options.template.labels, 'job-name': name } }, spec: { ...options.template.spec, restartPolicy: 'Never' } },
      },
      status: {
        startTime: world.ago(options.ago - 0.01),
        ...(bad > 0 ? { failed: bad } : {}),
        ...(succeededAgo === undefined
          ? {}
          : {
              succeeded: 1,
              completionTime: world.ago(succeededAgo),
              conditions: [
                condition('SuccessCriteriaMet', succeededAgo, { reason: 'CompletionsReached' }),
                condition('Complete', succeededAgo, { reason: 'CompletionsReached' }),
              ],
            }),
        ...(failed
          ? {
              conditions: [
                condition('FailureTarget', failed.ago, { reason: failed.reason, message: failed.message }),
                condition('Failed', failed.ago, { reason: failed.reason, message: failed.message }),
              ],
            }
          : {}),
        ready: 0,
        uncountedTerminatedPods: {},
      },
    });
    const [main] = options.template.spec.containers;
    options.attempts.forEach((attempt, at) => {
      const ended = attempt.ago - 0.1 - attempt.seconds / 60;
      const state: ContainerState = {
        is: 'ended',
        how: { exit: attempt.exit, reason: attempt.exit === 0 ? 'Completed' : 'Error', ago: ended, ranSeconds: attempt.seconds },
      };
      const pod: PodDraft = {
        revision: 0,
        ago: attempt.ago,
        node: options.node ?? 'worker-3',
        states: { [main?.name ?? '']: state },
        logs: { [main?.name ?? '']: [...(attempt.log ?? [])].map(([before, text]): Line => [ended + before, text]) },
        previous: {},
        logErrors: {},
        events: [],
        name: `${name}-${suffixOf(`${name} ${at}`, 5)}`,
      };
      const template = { ...options.template, spec: { ...options.template.spec, restartPolicy: 'Never' } };
      const plan = planPod(
        draft,
        pod,
        template,
        { kind: 'Job', name, namespace: draft.namespace },
        at,
        new Map([[pod.node ?? '', 150 + (Number.parseInt(digest(name).slice(0, 2), 16) % 90) + at]]),
      );
      const placeOf = (ago: number): Place => ({
        at: new Date(Date.parse(draft.takenAt) - Math.round(ago * 60_000)),
        pod: plan.name,
        ip: plan.ip,
        node: pod.node ?? '',
        ipOf: () => '',
        clusterIpOf: () => '',
      });
      makePod(draft, world, plan, job, { 'batch.kubernetes.io/job-name': name, 'job-name': name }, placeOf);
      emit(world, job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${plan.name}`, first: attempt.ago, by: 'job-controller' });
    });
    if (failed) emit(world, job, { type: 'Warning', reason: failed.reason, message: failed.message, first: failed.ago, by: 'job-controller' });
    if (succeededAgo !== undefined)
      emit(world, job, { type: 'Normal', reason: 'Completed', message: 'Job completed', first: succeededAgo, by: 'job-controller' });
  });
}
