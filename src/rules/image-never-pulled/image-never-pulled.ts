import { list } from '#domain/question.ts';
import { defineRule, found, notApplicable, undecided } from '../rule.ts';
import { pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';

export const imageNeverPulled = defineRule({
  id: 'image-never-pulled',
  code: 'ImageNeverPulled',
  summary: 'imagePullPolicy is Never, and the node does not have the image',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Image pull policy', url: 'https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy' }],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const trouble = pullTroubles(pods, await ask(list('events', workload.ref.namespace))).find(({ failure }) => failure === 'never-pulled');
    if (!trouble) return notApplicable;
    const { pod, image, view } = trouble;
    return found('certain', trouble.citations, {
      title: `Container ${view.spec.name} has imagePullPolicy Never, and node ${pod.spec.nodeName ?? 'of the pod'} does not have image ${image}`,
      explanation:
        'With this policy the kubelet starts only what is on the node already; an image that was never loaded there, or was cleaned up, is not fetched.',
      remedies: [
        look(workload.ref, 'See what the kubelet says.', 'describe', `pod/${pod.metadata.name}`),
        editIt(workload.ref, `Set imagePullPolicy of container ${view.spec.name} to IfNotPresent, or load the image onto every node that may run the pod.`),
      ],
      since: trouble.since,
      affects: [podRef(pod)],
    });
  },
});
