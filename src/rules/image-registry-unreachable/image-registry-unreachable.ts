import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { imageName, pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';

export const imageRegistryUnreachable = defineRule({
  id: 'image-registry-unreachable',
  code: 'RegistryUnreachable',
  summary: 'the registry of an image cannot be reached from the node: refused, timed out, or no trusted TLS',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Images', url: 'https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff' }],

  async judge(workload, ask) {
    const all = await ask(list('pods', workload.ref.namespace));
    const pods = podsOf(workload, all);
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present' || all.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    const trouble = pullTroubles(pods, events).find(({ failure }) => failure === 'unreachable');
    if (!trouble) return notApplicable;

    const { pod, image, view, words } = trouble;
    const { registry } = imageName(image);
    const others = pullTroubles(all, events).filter(({ failure, image: other }) => failure === 'unreachable' && imageName(other).registry !== registry);
    const node = pod.spec.nodeName;
    const how = wayItFailed(words);
    const wide = others.length > 0 && node !== undefined;
    return found(
      trouble.confirmed ? 'certain' : 'likely',
      [
        ...trouble.citations,
        ...(wide ? [cite(all, `Other registries cannot be reached either: ${others.map(({ image: it }) => imageName(it).registry).join(', ')}.`)] : []),
      ],
      {
        title: wide
          ? `Node ${node} reaches no registry: ${registry} and ${others.length} more ${how}`
          : `Registry ${registry} of image ${image} (container ${view.spec.name}) ${how} from node ${node ?? 'of the pod'}`,
        explanation: `The node could not talk to the registry, so it is not known whether the image exists. ${
          how.includes('certificate')
            ? 'The registry answered with a certificate that the node does not trust, or not with TLS at all: the address or port in the image name may be wrong, or the node lacks the certificate authority.'
            : 'The registry is down, a firewall or proxy stands in between, or the address or port in the image name is wrong.'
        }`,
        ...(wide ? { subject: { kind: 'Node', name: node } } : {}),
        remedies: [
          look(workload.ref, 'See what the attempt ended with.', 'describe', `pod/${pod.metadata.name}`),
          editIt(
            workload.ref,
            `Correct the registry in the image of container ${view.spec.name} if ${registry} is not the one meant; else restore the way to it.`,
          ),
        ],
        since: trouble.since,
        affects: [podRef(pod)],
      },
    );
  },
});

function wayItFailed(words: string): string {
  if (/x509|certificate|tls: |http response to https/i.test(words)) return 'shows no trusted certificate';
  if (/refused/i.test(words)) return 'refuses connections';
  if (/\b50[0234] |bad gateway|service unavailable|internal server error/i.test(words)) return 'answers with a server error';
  return 'cannot be reached';
}
