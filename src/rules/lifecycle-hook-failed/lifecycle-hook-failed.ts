import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { isRecent } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { isFinished, isReady, podRef, podsOf } from '../support/pods.ts';
import { containerOf } from '../support/probes.ts';
import { editWorkload, fix, look, rollBack } from '../support/workload-edits.ts';

const LATELY_SECONDS = 900;

export const lifecycleHookFailed = defineRule({
  id: 'lifecycle-hook-failed',
  code: 'LifecycleHookFailed',
  summary: 'the postStart hook of a container fails, so the container is killed as soon as it has started',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Container Lifecycle Hooks', url: 'https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/' }],

  async judge(workload, ask, { now }) {
    const { ref } = workload;
    const pods = podsOf(workload, await ask(list('pods', ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const unwell = pods.data.filter((pod) => !isFinished(pod) && !isReady(pod) && pod.metadata.deletionTimestamp === undefined);
    if (unwell.length === 0) return notApplicable;
    const events = await ask(list('events', ref.namespace));
    for (const pod of unwell) {
      const waiting = pod.status.containerStatuses.find(({ state }) => state.waiting?.reason === 'PostStartHookError');
      const own = eventsOf(podRef(pod), events);
      const said =
        own.outcome === 'present'
          ? own.data.findLast(({ reason, lastTimestamp }) => reason === 'FailedPostStartHook' && isRecent(lastTimestamp, now, LATELY_SECONDS))
          : undefined;
      if (!waiting && !said) continue;
      const container = waiting?.name ?? (said && containerOf(said)) ?? 'of the pod';
      const why = displayLine(said?.message ?? waiting?.state.waiting?.message ?? '', 200);
      return found(
        waiting && said ? 'certain' : 'likely',
        [
          ...(waiting
            ? [
                cite(pods, `Container ${container} waits with PostStartHookError.`, {
                  about: podRef(pod),
                  excerpt: displayLine(waiting.state.waiting?.message ?? '', 400),
                }),
              ]
            : []),
          ...(said && events.outcome === 'present' ? [cite(events, 'The hook failed.', { about: podRef(pod), excerpt: eventLine(said) })] : []),
        ],
        {
          title: `The postStart hook of container ${container} in ${ref.name} fails${why === '' ? '' : `: ${why}`}`,
          explanation: 'A container whose postStart hook fails is killed and started again by its restart policy, however well its program runs.',
          remedies: [
            look('See the hook and what it said.', kubectl(ref, 'describe', objectArg(podRef(pod)))),
            ...rollBack(ref),
            fix('Correct lifecycle.postStart, or remove it.', editWorkload(ref)),
          ],
          since: pod.metadata.creationTimestamp,
          affects: unwell.slice(0, 50).map(podRef),
        },
      );
    }
    return notApplicable;
  },
});
