import { list } from '#domain/question.ts';
import { defineRule, found, notApplicable, undecided } from '../rule.ts';
import { imageName, pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { refusalMeaning } from '../support/pull-access.ts';
import { missingPullSecrets } from '../support/pull-secrets.ts';
import { editIt, look } from '../support/remedies.ts';

export const imageAccessDenied = defineRule({
  id: 'image-access-denied',
  code: 'ImageAccessDenied',
  summary: 'the registry refuses the credentials that were given for an image: expired, revoked, or without rights to it',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'secrets'],
  references: [
    {
      title: 'Kubernetes: Pull an Image from a Private Registry',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/',
    },
  ],

  async judge(workload, ask) {
    const all = await ask(list('pods', workload.ref.namespace));
    const pods = podsOf(workload, all);
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present' || all.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    const denied = pullTroubles(pods, events).find((trouble) => trouble.failure === 'denied' && refusalMeaning(trouble, all.data) === 'refused');
    if (!denied) return notApplicable;
    const { pod, image, view } = denied;
    const missing = missingPullSecrets(pod, events, await ask(list('secrets', workload.ref.namespace)));
    if (missing.length > 0) return undecided('The credentials that the pod names do not exist; they were not refused.');

    const secrets = pod.spec.imagePullSecrets.join(', ');
    return found(denied.confirmed ? 'certain' : 'likely', denied.citations, {
      title: `Registry ${imageName(image).registry} refuses image ${image} of container ${view.spec.name} although pull secret ${secrets} is given`,
      explanation: `The pod has credentials (${secrets}), and the registry answered that they may not read this repository. They have expired or were revoked, belong to another registry, or lack the right to this repository; or the repository does not exist, which registries answer the same way.`,
      remedies: [
        look(workload.ref, 'See what the registry answers.', 'describe', `pod/${pod.metadata.name}`),
        look(workload.ref, 'See for which registries the secret has credentials, and since when.', 'describe', 'secret', ...pod.spec.imagePullSecrets),
        editIt(workload.ref, `Name a pull secret with access to ${imageName(image).repository}, or renew the one there is.`),
      ],
      since: denied.since,
      affects: [podRef(pod)],
    });
  },
});
