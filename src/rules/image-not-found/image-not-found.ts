import { list } from '#domain/question.ts';
import { defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { type PullTrouble, pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { refusalMeaning } from '../support/pull-access.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

export const imageNotFound = defineRule({
  id: 'image-not-found',
  code: 'ImageNotFound',
  summary: 'the image of a container does not exist in the registry: wrong name or tag',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Images', url: 'https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff' }],

  async judge(workload, ask) {
    const all = await ask(list('pods', workload.ref.namespace));
    const pods = podsOf(workload, all);
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present' || pods.data.length === 0) return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    const troubles = pullTroubles(pods, events);
    if (troubles.length === 0) return ruledOut(pods, `No container of ${workload.ref.name} waits for its image.`);
    const neighbours = all.outcome === 'present' ? all.data : [];
    const missing = troubles.find((trouble) => (trouble.failure === 'denied' ? refusalMeaning(trouble, neighbours) === 'no-such-image' : isMissing(trouble)));
    if (!missing) {
      if (troubles.every(({ failure }) => failure === 'unknown'))
        return undecided('A container waits for its image; what the registry answered is not recorded.');
      return undecided('The image cannot be pulled, and not because it does not exist.');
    }

    const { image, view, pod, failure } = missing;
    const name = view.spec.name;
    const refused = failure === 'denied';
    return found(refused ? 'likely' : missing.confirmed ? 'certain' : 'likely', missing.citations, {
      title:
        failure === 'invalid-name'
          ? `Image "${image}" of container ${name} is not a valid image name`
          : `Image ${image} of container ${name} does not exist in its registry`,
      explanation: refused
        ? `The registry refuses this image, and it is a public one: registries refuse strangers what does not exist, so the name or tag in the pod template of ${workload.ref.name} is wrong.`
        : failure === 'invalid-name'
          ? `The image name in the pod template of ${workload.ref.name} cannot be read as registry/repository:tag, so nothing is asked of any registry and the container cannot start.`
          : `The registry was reached and answered that it has no such repository or tag, so the container cannot start. The name or tag in the pod template of ${workload.ref.name} is wrong, or the image was never pushed or was deleted.`,
      remedies: [
        look(workload.ref, 'See what the registry answers.', 'describe', `pod/${pod.metadata.name}`),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Correct the image of container ${name}, or push it.`),
      ],
      since: missing.since,
      affects: [podRef(pod)],
    });
  },
});

function isMissing({ failure }: PullTrouble): boolean {
  return failure === 'not-found' || failure === 'invalid-name';
}
