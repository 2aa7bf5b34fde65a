import type { Confidence } from '#domain/finding.ts';
import type { Service } from '#domain/kubernetes/network.ts';
import { list } from '#domain/question.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { changedAt, type Maker, makersOf, podsBehind, portsFit, selectsPods } from '../support/service-backends.ts';
import { likeness } from '../support/similar.ts';
import { fix, look } from '../support/workload-edits.ts';

/** Labels that controllers put on pods beside those of the template: their absence from a template says nothing. */
const MADE_BY_CONTROLLERS =
  /^(?:statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|controller-revision-hash|(?:rollouts-)?pod-template-hash|(?:batch\.kubernetes\.io\/)?(?:job-name|controller-uid))$/;

/**
 * Labels that manifests bear, and that no program sets on a running pod: one that is missing is a mistake in a manifest.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
const WRITTEN_BY_PEOPLE =
  /^(?:app\.kubernetes\.io\/(?:name|instance|version|component|part-of|managed-by)|helm\.sh\/chart|k8s-app|app|version|release|chart|tier|component|track|environment)$/;

/** A workload that a Service may have been meant for, and what of the selector its pods do not have. */
interface Candidate {
  readonly maker: Maker;
  readonly wrong: readonly { readonly key: string; readonly wanted: string; readonly has: string | undefined }[];
  readonly sameName: boolean;
  /** Some of the selector fits. */
  readonly partly: boolean;
  readonly score: number;
}

export const serviceSelectorMismatch = defineRule({
  id: 'service-selector-mismatch',
  code: 'ServiceSelectorMismatch',
  summary: 'the selector of a Service matches no pod, though the pods that it is meant for are there',
  about: 'Service',
  role: 'cause',
  symptoms: ['unavailable', 'errors', 'target-down', 'slow'],
  needs: ['pods', 'services', 'deployments', 'statefulsets', 'daemonsets'],
  references: [
    {
      title: 'Kubernetes: Debug Services',
      url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#does-the-service-have-any-endpointslices',
    },
  ],

  async judge(service, ask) {
    const { object, ref, seenIn } = service;
    if (!selectsPods(object)) return notApplicable;
    const pods = await ask(list('pods', ref.namespace));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    if (Object.keys(object.spec.selector).some((key) => MADE_BY_CONTROLLERS.test(key)))
      return undecided(`Service ${ref.name} selects by a label that a controller sets.`);
    const makers = await makersOf(ref.namespace, ask);
    const behind = podsBehind(object, pods.data);
    // Pods that serve none of its ports are not the ones it is meant for, when the ones it is named after are elsewhere.
    const strangers = behind.length > 0 && behind.every(({ spec }) => !portsFit(object, spec));
    if (behind.length > 0 && !strangers) return ruledOut(pods, `The selector of Service ${ref.name} matches ${behind.length} pods.`);
    if (!strangers && makers.some(({ labels }) => matchesLabels(object.spec.selector, labels)))
      return undecided(`The workload of Service ${ref.name} has no pods now.`);

    const services = await ask(list('services', ref.namespace));
    const others = services.outcome === 'present' ? services.data.filter(({ metadata }) => metadata.name !== ref.name) : [];
    const best = bestOf(
      object,
      makers.filter(({ wanted, labels }) => wanted !== 0 && !matchesLabels(object.spec.selector, labels)),
      others,
    );
    if (!best || (strangers && !(best.sameName && portsFit(object, best.maker.spec))))
      return undecided(`No workload looks like the one that Service ${ref.name} is meant for.`);

    const { maker, wrong } = best;
    const right = Object.fromEntries(
      Object.entries(object.spec.selector).map(([key, value]) => [key, wrong.find((one) => one.key === key) ? (maker.labels[key] ?? null) : value]),
    );
    const selector = Object.values(right).every((value) => value === null) ? { ...right, ...firstLabel(maker) } : right;
    return found(
      confidenceOf(best, portsFit(object, maker.spec), strangers),
      [
        cite(seenIn, `Service ${ref.name} selects pods by ${text(object.spec.selector)}.`, {
          about: ref,
          excerpt: fields({ 'spec.selector': object.spec.selector, 'spec.ports': object.spec.ports }),
        }),
        cite(pods, strangers ? `The pods that it selects serve none of its ports.` : 'No pod in the namespace has these labels.'),
        cite(pods, `The pods of ${maker.ref.kind} ${maker.ref.name} have ${text(maker.labels)}.`, {
          about: maker.ref,
          excerpt: fields({ 'template.metadata.labels': maker.labels }),
        }),
      ],
      {
        title: `Service ${ref.name} selects ${text(object.spec.selector)}, which ${strangers ? 'are other pods' : 'no pod has'}; the pods of ${maker.ref.name} have ${wrong.map(({ key, has }) => (has === undefined ? `no label ${key}` : `${key}=${has}`)).join(', ')}`,
        explanation: `A Service sends traffic to the pods that have all labels of its selector. ${strangers ? 'The ones it selects do not serve its ports' : 'None has'}, so it has no usable endpoints and every call to ${ref.name} fails, although the pods of ${maker.ref.name} are there${maker.wanted === undefined ? '' : ` (${maker.wanted} wanted)`}.`,
        remedies: [
          look('See that it has no endpoints.', kubectl(ref, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${ref.name}`)),
          fix(
            `Let it select ${text(Object.fromEntries(Object.entries(selector).filter(([, value]) => value !== null)) as Record<string, string>)}.`,
            kubectl(ref, 'patch', `service/${ref.name}`, '-p', JSON.stringify({ spec: { selector } })),
          ),
        ],
        since: changedAt(object),
        affects: [ref, maker.ref],
      },
    );
  },
});

/** A label that is missing while the others fit may be one that something sets on running pods, as leader elections do. */
function confidenceOf({ sameName, score, wrong, partly }: Candidate, fits: boolean, strangers: boolean): Confidence {
  if (partly && wrong.every(({ key, has }) => has === undefined && !WRITTEN_BY_PEOPLE.test(key))) return 'possible';
  if (sameName && fits && !strangers) return 'certain';
  return score >= 5 ? 'likely' : 'possible';
}

function bestOf(service: Service, makers: readonly Maker[], others: readonly Service[]): Candidate | undefined {
  const candidates = makers.flatMap((maker): readonly Candidate[] => {
    const wanted = Object.entries(service.spec.selector);
    const wrong = wanted.filter(([key, value]) => maker.labels[key] !== value).map(([key, value]) => ({ key, wanted: value, has: maker.labels[key] }));
    const alike = likeness(service.metadata.name, maker.ref.name);
    const near = wrong.filter(({ has, wanted: value }) => has !== undefined && likeness(has, value) > 0).length;
    const fits = portsFit(service, maker.spec);
    const taken = others.some((other) => selectsPods(other) && matchesLabels(other.spec.selector, maker.labels));
    const score = (alike === 1 ? 4 : alike >= 0.7 ? 2 : 0) + (near > 0 ? 2 : 0) + (wanted.length > wrong.length ? 1 : 0) + (fits ? 2 : 0) - (taken ? 3 : 0);
    // Its ports alone make no kinship: half a namespace listens on 8080.
    return alike >= 0.7 || near > 0 || wanted.length > wrong.length + 1
      ? [{ maker, wrong, sameName: alike === 1, partly: wanted.length > wrong.length, score }]
      : [];
  });
  const [best, second] = candidates.filter(({ score }) => score >= 3).toSorted((left, right) => right.score - left.score);
  return best && second && second.score === best.score ? undefined : best;
}

/** The label that people select by, for a selector that shares no key with the pods. */
function firstLabel({ labels }: Maker): Readonly<Record<string, string>> {
  const key = ['app.kubernetes.io/name', 'app', 'k8s-app', 'name'].find((one) => labels[one] !== undefined) ?? Object.keys(labels)[0];
  return key === undefined ? {} : { [key]: labels[key] ?? '' };
}

function text(labels: Readonly<Record<string, string>>): string {
  return (
    Object.entries(labels)
      .filter(([key]) => key !== 'pod-template-hash')
      .slice(0, 6)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ') || 'nothing'
  );
}
