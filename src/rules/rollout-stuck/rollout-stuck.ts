import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { revisionsOf } from '../support/earlier-template.ts';
import { fields } from '../support/excerpt.ts';
import { objectArg } from '../support/kubectl.ts';
import { belongsTo, isFinished, isReady, podRef } from '../support/pods.ts';
import { look } from '../support/remedies.ts';
import { diffText, templateDiff } from '../support/template-diff.ts';
import { rollBack } from '../support/workload-edits.ts';

export const rolloutStuck = defineRule({
  id: 'rollout-stuck',
  code: 'RolloutStuck',
  summary: 'a new revision of a Deployment does not become available',
  about: 'Workload',
  role: 'consequence',
  symptoms: ['rollout-stuck', 'unavailable', 'not-ready'],
  needs: ['deployments', 'replicasets', 'pods'],
  references: [{ title: 'Kubernetes: Failed Deployment', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment' }],

  async judge(workload, ask) {
    if (workload.ref.kind !== 'Deployment') return notApplicable;
    const { namespace, name } = workload.ref;
    const deployments = await ask(list('deployments', namespace));
    if (deployments.outcome !== 'present') return deployments.outcome === 'unavailable' ? undecided(deployments) : notApplicable;
    const deployment = deployments.data.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const progressing = deployment?.status.conditions.find(({ type }) => type === 'Progressing');
    if (!deployment || workload.desired === 0) return notApplicable;
    if (progressing?.status !== 'False') return ruledOut(deployments, `The rollout of ${name} is not past its deadline.`);
    // The condition stays after the pods have recovered by themselves; then nothing is stuck any more.
    const { status } = deployment;
    if (status.updatedReplicas >= workload.desired && status.availableReplicas >= workload.desired) return notApplicable;

    const sets = await ask(list('replicasets', namespace));
    const [newest, before] = sets.outcome === 'present' ? revisionsOf(workload, sets.data) : [];
    const changes = newest && before ? templateDiff(before.template, newest.template) : [];
    const pods = await ask(list('pods', namespace));
    const unready = pods.outcome === 'present' ? pods.data.filter((pod) => belongsTo(pod, workload) && !isFinished(pod) && !isReady(pod)) : [];
    return found(
      'certain',
      [
        cite(deployments, `Deployment ${name} reports that its rollout does not progress.`, {
          about: workload.ref,
          excerpt: fields({
            'Progressing.reason': progressing.reason,
            'Progressing.message': progressing.message,
            updatedReplicas: status.updatedReplicas,
            availableReplicas: status.availableReplicas,
            replicas: workload.desired,
          }),
        }),
        ...(sets.outcome === 'present' && changes.length > 0
          ? [
              cite(sets, `What revision ${newest?.number ?? 'now'} changed against revision ${before?.number ?? 'before'}.`, {
                about: workload.ref,
                excerpt: diffText(changes),
              }),
            ]
          : []),
      ],
      {
        title: `Rollout of ${name} is stuck: ${status.updatedReplicas} of ${workload.desired} pods are of the new revision, ${status.availableReplicas} are available${
          changes.length > 0
            ? `; it changed ${changes
                .slice(0, 2)
                .map(({ path }) => path)
                .join(', ')}${changes.length > 2 ? ' and more' : ''}`
            : ''
        }`,
        explanation: `The new pods did not become available within progressDeadlineSeconds (${deployment.spec.progressDeadlineSeconds ?? 600}). Why is told by the pods; ${status.availableReplicas > 0 ? 'old pods go on serving meanwhile' : 'nothing serves meanwhile'}.`,
        remedies: [look(workload.ref, 'See how far it is.', 'rollout', 'status', objectArg(workload.ref), '--timeout=5s'), ...rollBack(workload.ref)],
        since: newest?.createdAt ?? progressing.lastTransitionTime,
        affects: unready.map((pod: Pod) => podRef(pod)),
      },
    );
  },
});
