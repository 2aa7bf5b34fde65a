import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { eventLine } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { probeTroubles } from '../support/probe-trouble.ts';
import { probeText } from '../support/probes.ts';
import { look } from '../support/workload-edits.ts';

export const readinessProbeFailing = defineRule({
  id: 'readiness-probe-failing',
  code: 'ReadinessProbeFailing',
  summary: 'a program runs but does not answer its readiness probe as it should, so it gets no traffic',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['not-ready', 'unavailable', 'rollout-stuck', 'errors'],
  needs: ['pods', 'events'],
  references: [
    {
      title: 'Kubernetes: Configure Liveness, Readiness and Startup Probes',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/',
    },
  ],

  async judge(workload, ask, { now }) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    if (!pods.data.some(({ spec }) => spec.containers.some(({ readinessProbe }) => readinessProbe))) return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    if (events.outcome !== 'present') return events.outcome === 'unavailable' ? undecided(events) : notApplicable;
    const troubles = probeTroubles('readiness', pods.data, events, now).filter(({ view }) => (view.status?.restartCount ?? 0) < 3);
    if (troubles.length === 0) return ruledOut(pods, `No container of ${workload.ref.name} runs without being ready.`);
    const { ref } = workload;
    return troubles.map(({ view, target, failures, count, probe }) => {
      const last = failures.at(-1);
      const said = last?.event.message.replace(/^Readiness probe (?:failed|errored): /, '').slice(0, 200) ?? '';
      return found(
        'likely',
        [
          cite(pods, `Container ${view.spec.name} runs and is not ready.`, {
            about: podRef(view.pod),
            excerpt: fields({ readinessProbe: probe, ready: view.status?.ready, 'state.running': view.status?.state.running }),
          }),
          ...(last ? [cite(events, `Its readiness probe failed ${count} times.`, { about: podRef(view.pod), excerpt: eventLine(last.event) })] : []),
        ],
        {
          title: `Container ${view.spec.name} of ${ref.name} runs but is not ready: ${said}`,
          explanation: `Its readiness probe (${probeText(target)}) fails, so Services send it nothing. The program is up; it says, or shows by not answering, that it cannot serve, often for want of something that it depends on.`,
          remedies: [
            look('See the probe and what it gets.', kubectl(ref, 'describe', objectArg(podRef(view.pod)))),
            look('Read what the program says.', kubectl(ref, 'logs', view.pod.metadata.name, '-c', view.spec.name, '--tail=100')),
          ],
          since: failures[0]?.event.firstTimestamp ?? view.pod.metadata.creationTimestamp,
          affects: [podRef(view.pod)],
        },
      );
    });
  },
});
