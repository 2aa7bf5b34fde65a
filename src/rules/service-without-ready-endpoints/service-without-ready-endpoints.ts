import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { earliest, isRecent } from '../support/instants.ts';
import { kubectl } from '../support/kubectl.ts';
import { isReady, podRef } from '../support/pods.ts';
import { podsBehind, selectsPods } from '../support/service-backends.ts';
import { look } from '../support/workload-edits.ts';

const STARTING_SECONDS = 60;

export const serviceWithoutReadyEndpoints = defineRule({
  id: 'service-without-ready-endpoints',
  code: 'ServiceWithoutReadyEndpoints',
  summary: 'a Service has pods, but none of them is ready, so it answers nobody',
  about: 'Service',
  role: 'consequence',
  symptoms: ['unavailable', 'errors', 'target-down'],
  needs: ['pods'],
  references: [{ title: 'Kubernetes: Debug Services', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/' }],

  async judge({ ref, object }, ask, { now }) {
    if (!selectsPods(object) || object.spec.publishNotReadyAddresses) return notApplicable;
    const pods = await ask(list('pods', ref.namespace));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const behind = podsBehind(object, pods.data);
    if (behind.length === 0) return notApplicable;
    if (behind.some(isReady)) return ruledOut(pods, `Service ${ref.name} has ${behind.filter(isReady).length} ready pods.`);
    // Pods that were made a moment ago are starting, not lost.
    if (behind.every(({ metadata }) => isRecent(metadata.creationTimestamp, now, STARTING_SECONDS)))
      return undecided(`The pods of Service ${ref.name} are just starting.`);
    const lost = earliest(
      ...behind.map(({ status, metadata }) => status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? metadata.creationTimestamp),
    );
    return found(
      'certain',
      [
        cite(pods, `None of the ${behind.length} pods of Service ${ref.name} is ready.`, {
          about: ref,
          excerpt: behind
            .slice(0, 10)
            .map(({ metadata, status }) => fields({ [metadata.name]: `${status.phase ?? 'Unknown'}, not ready` }))
            .join('\n'),
        }),
      ],
      {
        title: `Service ${ref.name} has no ready endpoints: none of its ${behind.length} pods is ready`,
        explanation: `Connections to ${ref.name} are refused or time out until one of its pods is ready.`,
        remedies: [look('See its endpoints.', kubectl(ref, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${ref.name}`))],
        since: lost,
        affects: [ref, ...behind.slice(0, 20).map(podRef)],
      },
    );
  },
});
