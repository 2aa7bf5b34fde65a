import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { editIt, look } from '../support/remedies.ts';
import { nearest } from '../support/similar.ts';

export const hpaTargetMissing = defineRule({
  id: 'hpa-target-missing',
  code: 'HpaTargetMissing',
  summary: 'an autoscaler is to scale something that does not exist',
  about: 'HorizontalPodAutoscaler',
  role: 'cause',
  symptoms: ['autoscaling'],
  needs: ['deployments', 'statefulsets', 'replicasets'],
  references: [{ title: 'Kubernetes: Horizontal Pod Autoscaling', url: 'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/' }],

  async judge({ ref, object, seenIn }, ask) {
    const { kind, name } = object.spec.scaleTargetRef;
    const topic = kind === 'Deployment' ? 'deployments' : kind === 'StatefulSet' ? 'statefulsets' : kind === 'ReplicaSet' ? 'replicasets' : undefined;
    const able = object.status.conditions.find(({ type }) => type === 'AbleToScale');
    const said = able?.status === 'False' && able.reason === 'FailedGetScale';
    const targets = topic ? await ask(list(topic, ref.namespace)) : undefined;
    const names = targets?.outcome === 'present' ? targets.data.map(({ metadata }) => metadata.name) : undefined;
    if (names?.includes(name))
      return targets?.outcome === 'present' ? ruledOut(targets, `${kind} ${name}, which autoscaler ${ref.name} scales, exists.`) : notApplicable;
    if (names === undefined && !(said && /not found/i.test(able.message ?? ''))) return targets?.outcome === 'unavailable' ? undecided(targets) : notApplicable;
    const meant = nearest(name, names ?? []);
    return found(
      said && names ? 'certain' : 'likely',
      [
        cite(seenIn, `Autoscaler ${ref.name} is for ${kind} ${name}.`, {
          about: ref,
          excerpt: fields({ scaleTargetRef: object.spec.scaleTargetRef, 'AbleToScale.message': able?.message }),
        }),
        ...(targets?.outcome === 'present' ? [cite(targets, `Namespace ${ref.namespace} has no ${kind} ${name}.`)] : []),
      ],
      {
        title: `Autoscaler ${ref.name} is to scale ${kind} ${name}, which does not exist${meant ? `; there is ${meant}` : ''}`,
        explanation: 'The target was renamed or deleted, or the name is wrong. Nothing is scaled by this autoscaler.',
        remedies: [
          look(ref, 'See what the autoscaler says.', 'describe', `hpa/${ref.name}`),
          editIt(ref, `Correct scaleTargetRef${meant ? ` to ${meant}` : ''}, or delete the autoscaler.`),
        ],
        since: able?.lastTransitionTime,
        affects: [],
      },
    );
  },
});
