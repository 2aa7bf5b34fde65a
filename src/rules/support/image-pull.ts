import type { Evidence, Present } from '#domain/evidence.ts';
import type { Citation } from '#domain/finding.ts';
import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { cite } from '../rule.ts';
import { eventLine, eventsOf } from './events.ts';
import { fields } from './excerpt.ts';
import { type ContainerView, containersOf, isFinished, podRef } from './pods.ts';

/** Why a registry did not hand out an image, told from the words of containerd, CRI-O, Docker and the registries. */
export type PullFailure = 'not-found' | 'invalid-name' | 'platform' | 'never-pulled' | 'rate-limited' | 'denied' | 'dns' | 'unreachable' | 'unknown';

const WAITING = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'ErrRegistryUnavailable',
  'ImageInspectError',
];

/** The first that fits wins: a lookup failure is also an unreachable registry, a rate limit is answered 429 or as a refusal. */
const WORDS: readonly (readonly [PullFailure, RegExp])[] = [
  ['never-pulled', /ErrImageNeverPull|is not present with pull policy of Never/i],
  ['invalid-name', /InvalidImageName|couldn't parse image|invalid reference format|failed to apply default image tag/i],
  ['rate-limited', /toomanyrequests|too many requests|pull rate limit|status(?: code)?:? 429/i],
  [
    'dns',
    /no such host|server misbehaving|temporary failure in name resolution|name or service not known|name does not resolve|lookup \S+(?: on \S+)?: (?:\S+ )*i\/o timeout/i,
  ],
  [
    'unreachable',
    /i\/o timeout|connection refused|connection reset|no route to host|network is unreachable|context deadline exceeded|tls handshake timeout|client\.timeout exceeded|x509:|tls: |server gave http response to https client|unexpected eof|proxyconnect|\b50[0234] |bad gateway|service unavailable|internal server error/i,
  ],
  ['platform', /no match for platform|no matching manifest|does not match the specified platform/i],
  [
    'denied',
    /unauthorized|authentication required|authorization failed|no basic auth credentials|access denied|access forbidden|insufficient_scope|failed to authorize|\b40[13] (?:unauthorized|forbidden)|may require '?(?:docker login|authorization)|\bdenied\b|\bforbidden\b/i,
  ],
  ['not-found', /not found|manifest unknown|name unknown|NotFound|repository \S* ?does not exist/i],
];

/** A container that waits for its image, and what is known about why. */
export interface PullTrouble {
  readonly view: ContainerView;
  readonly pod: Pod;
  readonly image: string;
  readonly failure: PullFailure;
  /** What the runtime or the registry said; `''` when only the back-off is left of it. */
  readonly words: string;
  /** The state of the container and, where there is one, the event with the answer; to cite. */
  readonly citations: readonly Citation[];
  /** Two sources say so: the container's state and an event. */
  readonly confirmed: boolean;
  readonly since: string | undefined;
}

/** The containers of these pods that wait for their image, one per image. Empty when none does. */
export function pullTroubles(pods: Present<readonly Pod[]>, events: Evidence<readonly KubernetesEvent[]>): readonly PullTrouble[] {
  const waiting = pods.data.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined).flatMap(containersOf);
  const images = new Map<string, PullTrouble>();
  for (const view of waiting) {
    const image = view.spec.image ?? '';
    if (!waitsForImage(view)) continue;
    const known = images.get(image);
    // A second pod may still have the answer that the first one's back-off has hidden.
    if (known === undefined || known.failure === 'unknown') images.set(image, troubleOf(view, image, pods, events));
  }
  return [...images.values()];
}

function waitsForImage({ status }: ContainerView): boolean {
  return WAITING.includes(status?.state.waiting?.reason ?? '');
}

/** What a text about a pull that failed says; `unknown` when it says nothing of the kind. */
export function pullFailure(text: string): PullFailure {
  return WORDS.find(([, words]) => words.test(text))?.[0] ?? 'unknown';
}

function troubleOf(view: ContainerView, image: string, pods: Present<readonly Pod[]>, events: Evidence<readonly KubernetesEvent[]>): PullTrouble {
  const { pod, status } = view;
  const about: ObjectRef = podRef(pod);
  const waiting = status?.state.waiting;
  const own = eventsOf(about, events);
  const answer =
    own.outcome === 'present' ? own.data.findLast(({ reason, message }) => reason === 'Failed' && message.includes(image) && isAnswer(message)) : undefined;
  const stated = [waiting?.reason === 'ErrImageNeverPull' || waiting?.reason === 'InvalidImageName' ? waiting.reason : '', waiting?.message ?? ''].join(' ');
  const words = answer?.message ?? (isAnswer(stated) ? stated.trim() : '');
  const state = cite(pods, `Container ${view.spec.name} of Pod ${pod.metadata.name} waits with ${waiting?.reason}.`, {
    about,
    excerpt: fields({ image, 'state.waiting.reason': waiting?.reason, 'state.waiting.message': waiting?.message }),
  });
  const said = answer && own.outcome === 'present' ? [cite(own, 'What the attempt to pull it ended with.', { about, excerpt: eventLine(answer) })] : [];
  return {
    view,
    pod,
    image,
    failure: pullFailure(withoutImage(words, image)),
    words,
    citations: [state, ...said],
    confirmed: said.length > 0,
    since: pod.metadata.creationTimestamp,
  };
}

function isAnswer(text: string): boolean {
  return pullFailure(text) !== 'unknown';
}

/** The image's own name is no answer: `registry.example/not-found:404` says nothing. */
function withoutImage(text: string, image: string): string {
  return image === '' ? text : text.replaceAll(image, 'IMAGE');
}

export interface ImageName {
  /** `docker.io` where the reference names none. */
  readonly registry: string;
  /** Without registry and tag: `library/redis` for `redis:8`. */
  readonly repository: string;
  /** Tag or digest; `latest` where there is none. */
  readonly version: string;
}

/** Takes an image reference apart, with Docker's defaults. @see https://github.com/distribution/reference */
export function imageName(reference: string): ImageName {
  const [head = '', digest] = reference.split('@', 2);
  const slash = head.indexOf('/');
  const first = slash > 0 ? head.slice(0, slash) : '';
  const hasRegistry = first.includes('.') || first.includes(':') || first === 'localhost';
  const rest = hasRegistry ? head.slice(slash + 1) : head;
  const colon = rest.lastIndexOf(':');
  const name = colon > rest.lastIndexOf('/') ? rest.slice(0, colon) : rest;
  const tag = colon > rest.lastIndexOf('/') ? rest.slice(colon + 1) : 'latest';
  const registry = hasRegistry ? first.replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io';
  return { registry, repository: registry === 'docker.io' && !name.includes('/') ? `library/${name}` : name, version: digest ?? tag };
}

/** Images that some container runs or has run: proof that the node could pull them. */
export function pulledImages(pods: readonly Pod[]): readonly string[] {
  const ran = pods
    .flatMap(containersOf)
    .filter(({ status }) => status !== undefined && (status.state.running ?? status.state.terminated ?? status.lastState.terminated));
  return [...new Set(ran.flatMap(({ spec }) => (spec.image ? [spec.image] : [])))];
}
