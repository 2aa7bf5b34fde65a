import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { imageName, pulledImages, pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

export const imageRegistryDns = defineRule({
  id: 'image-registry-dns',
  code: 'RegistryDnsFailure',
  summary: 'the host name of the registry of an image does not resolve on the node',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events'],
  references: [{ title: 'Kubernetes: Image names', url: 'https://kubernetes.io/docs/concepts/containers/images/#image-names' }],

  async judge(workload, ask) {
    const all = await ask(list('pods', workload.ref.namespace));
    const pods = podsOf(workload, all);
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present' || all.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    const trouble = pullTroubles(pods, events).find(({ failure }) => failure === 'dns');
    if (!trouble) return notApplicable;

    const { pod, image, view } = trouble;
    const host = lookedUp(trouble.words) ?? imageName(image).registry;
    const node = pod.spec.nodeName;
    const unresolved = new Set(
      pullTroubles(all, events)
        .filter(({ failure }) => failure === 'dns')
        .map((it) => imageName(it.image).registry),
    );
    // The host that everybody else pulls from is right; one node that resolves several hosts no more is wrong.
    const pulledFromIt = pulledImages(all.data).filter((other) => other !== image && imageName(other).registry === imageName(image).registry);
    const nodeIsWrong = node !== undefined && (unresolved.size > 1 || pulledFromIt.length > 0);
    return found(
      trouble.confirmed && !nodeIsWrong ? 'certain' : 'likely',
      [
        ...trouble.citations,
        ...(nodeIsWrong
          ? [
              cite(
                all,
                `Registries that do not resolve: ${[...unresolved].join(', ')}; images that were pulled from the same host before: ${pulledFromIt.length}.`,
              ),
            ]
          : []),
      ],
      {
        title: nodeIsWrong
          ? `Node ${node} cannot resolve registry names (${[...unresolved].join(', ')})`
          : `Registry host ${host} in image ${image} of container ${view.spec.name} does not resolve`,
        explanation: nodeIsWrong
          ? 'Image names are resolved by the node itself, not by the cluster DNS. Registries that other containers were pulled from do not resolve there: the resolver of the node is what is broken.'
          : `The node asked its resolver for ${host} and there is no such name. Other registries are not affected, so the host in the pod template of ${workload.ref.name} is wrong, or it is a private name that the node's resolver does not know.`,
        ...(nodeIsWrong ? { subject: { kind: 'Node', name: node } } : {}),
        remedies: nodeIsWrong
          ? [
              look(
                { kind: 'Node', name: node },
                'See the state of the node; then check its /etc/resolv.conf and the resolver named there.',
                'describe',
                `node/${node}`,
              ),
            ]
          : [
              look(workload.ref, 'See the lookup that failed.', 'describe', `pod/${pod.metadata.name}`),
              ...rollBack(workload.ref),
              editIt(workload.ref, `Correct the registry host in the image of container ${view.spec.name}.`),
            ],
        since: trouble.since,
        affects: [podRef(pod)],
      },
    );
  },
});

/** The host in `lookup registry.example on 10.0.0.10:53: no such host`. */
function lookedUp(words: string): string | undefined {
  return /\blookup ([\w.-]{1,253})/i.exec(words)?.[1];
}
