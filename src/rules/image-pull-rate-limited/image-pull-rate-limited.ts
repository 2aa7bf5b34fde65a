import { list } from '#domain/question.ts';
import { defineRule, found, notApplicable, undecided } from '../rule.ts';
import { imageName, pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';

export const imagePullRateLimited = defineRule({
  id: 'image-pull-rate-limited',
  code: 'ImagePullRateLimited',
  summary: 'the registry has limited how often images may be pulled',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Docker Hub: usage and limits', url: 'https://docs.docker.com/docker-hub/usage/' }],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const trouble = pullTroubles(pods, await ask(list('events', workload.ref.namespace))).find(({ failure }) => failure === 'rate-limited');
    if (!trouble) return notApplicable;
    const { pod, image, view } = trouble;
    const { registry } = imageName(image);
    return found(trouble.confirmed ? 'certain' : 'likely', trouble.citations, {
      title: `Registry ${registry} limits the rate of pulls, so image ${image} of container ${view.spec.name} is not handed out now`,
      explanation: `The registry counts pulls per account, or per address for strangers, and the limit is reached. The image itself is not the trouble; the pull is tried again and succeeds when the window has passed${pod.spec.imagePullSecrets.length === 0 ? '. The pod pulls without credentials, so all nodes behind one address share one limit' : ''}.`,
      remedies: [
        look(workload.ref, 'See how long it has been refused.', 'describe', `pod/${pod.metadata.name}`),
        editIt(workload.ref, 'Give the pod a pull secret of an account with a higher limit, or take the image from a mirror.'),
      ],
      since: trouble.since,
      affects: [podRef(pod)],
    });
  },
});
