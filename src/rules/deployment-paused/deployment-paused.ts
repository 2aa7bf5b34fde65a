import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { revisionsOf } from '../support/earlier-template.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { look } from '../support/remedies.ts';
import { diffText, templateDiff } from '../support/template-diff.ts';

export const deploymentPaused = defineRule({
  id: 'deployment-paused',
  code: 'DeploymentPaused',
  summary: 'a Deployment is paused in the middle of a change',
  about: 'Workload',
  role: 'cause',
  symptoms: ['rollout-stuck', 'unavailable'],
  needs: ['deployments', 'replicasets'],
  references: [
    {
      title: 'Kubernetes: Pausing and Resuming a rollout',
      url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment',
    },
  ],

  async judge(workload, ask) {
    if (workload.ref.kind !== 'Deployment') return notApplicable;
    const { namespace, name } = workload.ref;
    const deployments = await ask(list('deployments', namespace));
    const deployment =
      deployments.outcome === 'present' ? deployments.data.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) : undefined;
    if (deployments.outcome !== 'present' || deployment?.spec.paused !== true) return notApplicable;
    const sets = await ask(list('replicasets', namespace));
    const [newest] = sets.outcome === 'present' ? revisionsOf(workload, sets.data) : [];
    const waiting = newest ? templateDiff(newest.template, deployment.spec.template) : [];
    const half = deployment.status.updatedReplicas < workload.desired;
    // Scaling works while paused; so pods that fail on their own do not follow from it.
    if (waiting.length === 0 && !half) return ruledOut(deployments, `Deployment ${name} is paused, but no change waits.`);
    return found(
      'likely',
      [
        cite(deployments, `Deployment ${name} is paused.`, {
          about: workload.ref,
          excerpt: fields({ 'spec.paused': true, updatedReplicas: deployment.status.updatedReplicas, replicas: workload.desired }),
        }),
        ...(sets.outcome === 'present' && waiting.length > 0
          ? [cite(sets, 'What the template says and no pod has yet.', { about: workload.ref, excerpt: diffText(waiting) })]
          : []),
      ],
      {
        title: `Deployment ${name} is paused (spec.paused) with ${half ? `${deployment.status.updatedReplicas} of ${workload.desired} pods on the new revision` : 'a change that has not been rolled out'}`,
        explanation: 'A paused Deployment is scaled but not rolled out: changes of its template wait until it is resumed, and corrections too.',
        remedies: [
          look(workload.ref, 'See what waits.', 'rollout', 'history', objectArg(workload.ref)),
          {
            kind: 'fix',
            advice: 'Resume it, if nobody has stopped it on purpose.',
            command: kubectl(workload.ref, 'rollout', 'resume', objectArg(workload.ref)),
            risk: 'medium',
          },
        ],
        since: deployment.status.conditions.find(({ reason }) => reason === 'DeploymentPaused')?.lastTransitionTime,
        affects: [workload.ref],
      },
    );
  },
});
