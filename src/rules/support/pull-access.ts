import type { Pod } from '#domain/kubernetes/pod.ts';
import { imageName, type PullTrouble, pulledImages } from './image-pull.ts';

/**
 * What a refusal ("denied", 401, 403) really means. Registries answer the same to strangers whether the repository is private or does not exist,
 * so it takes the rest of the pod and its neighbours to tell: `no-such-image`, `no-credentials` (none were given), `refused` (credentials were given).
 */
export type Refusal = 'no-such-image' | 'no-credentials' | 'refused';

/** `neighbours`: pods whose images were pulled in the same cluster; what they can pull without credentials is public. */
export function refusalMeaning({ pod, image, words }: PullTrouble, neighbours: readonly Pod[]): Refusal {
  const name = imageName(image);
  // Official images are public: Docker Hub, or a mirror of it, refuses only what is not there.
  if (name.registry === 'docker.io' && name.repository.startsWith('library/')) return 'no-such-image';
  if (MIRRORED.test(words) && isPublic(image, neighbours)) return 'no-such-image';
  if (pod.spec.imagePullSecrets.length > 0) return 'refused';
  if (name.registry === 'docker.io' && /does not exist/i.test(words) && !knownPrivate(image, neighbours)) return 'no-such-image';
  return 'no-credentials';
}

/** A mirror was asked, which containerd tells which registry it stands for. https://github.com/containerd/containerd/blob/main/docs/hosts.md */
const MIRRORED = /[?&]ns=/;

/**
 * Another tag of the same repository was pulled by a pod that has no pull secrets. Registries let in by repository, not by tag, so a registry that refuses now does
 * not miss the tag: it wants credentials that the node had, or that were not wanted before. A mirror refuses what it does not hold.
 */
function isPublic(image: string, neighbours: readonly Pod[]): boolean {
  return sharesRepository(
    image,
    neighbours.filter(({ spec }) => spec.imagePullSecrets.length === 0),
  );
}

function knownPrivate(image: string, neighbours: readonly Pod[]): boolean {
  const owner = (repository: string) => repository.split('/').slice(0, -1).join('/');
  const { registry, repository } = imageName(image);
  return pulledImages(neighbours.filter(({ spec }) => spec.imagePullSecrets.length > 0))
    .map(imageName)
    .some((it) => it.registry === registry && owner(it.repository) === owner(repository));
}

function sharesRepository(image: string, pods: readonly Pod[]): boolean {
  const { registry, repository, version } = imageName(image);
  return pulledImages(pods)
    .map(imageName)
    .some((it) => it.registry === registry && it.repository === repository && it.version !== version);
}
