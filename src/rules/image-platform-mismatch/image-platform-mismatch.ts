import { list } from '#domain/question.ts';
import { defineRule, found, notApplicable, undecided } from '../rule.ts';
import { pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

export const imagePlatformMismatch = defineRule({
  id: 'image-platform-mismatch',
  code: 'ImagePlatformMismatch',
  summary: 'the image exists, but not for the processor or operating system of the node',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'nodes'],
  references: [
    {
      title: 'Kubernetes: Multi-architecture images',
      url: 'https://kubernetes.io/docs/concepts/containers/images/#multi-architecture-images-with-image-indexes',
    },
  ],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const trouble = pullTroubles(pods, await ask(list('events', workload.ref.namespace))).find(({ failure }) => failure === 'platform');
    if (!trouble) return notApplicable;
    const { pod, image, view } = trouble;
    const nodes = await ask(list('nodes'));
    const node = nodes.outcome === 'present' ? nodes.data.find(({ metadata }) => metadata.name === pod.spec.nodeName) : undefined;
    const { operatingSystem, architecture } = node?.status.nodeInfo ?? {};
    const platform = operatingSystem && architecture ? `${operatingSystem}/${architecture}` : 'its platform';
    return found(trouble.confirmed ? 'certain' : 'likely', trouble.citations, {
      title: `Image ${image} of container ${view.spec.name} is not built for ${platform}, which node ${pod.spec.nodeName ?? 'of the pod'} has`,
      explanation:
        'The registry has the image, but its index lists no variant for the node. It must be built for that platform, or the pod must be kept on nodes of another one.',
      remedies: [
        look(workload.ref, 'See the answer of the registry.', 'describe', `pod/${pod.metadata.name}`),
        ...rollBack(workload.ref),
        editIt(workload.ref, 'Use an image for this platform, or set nodeSelector kubernetes.io/arch to one that the image is built for.'),
      ],
      since: trouble.since,
      affects: [podRef(pod)],
    });
  },
});
