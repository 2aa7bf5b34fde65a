import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { changedAt } from '../support/service-backends.ts';
import { nearest } from '../support/similar.ts';
import { fix, look } from '../support/workload-edits.ts';

const BY_ANNOTATION = 'kubernetes.io/ingress.class';
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

export const ingressClassMissing = defineRule({
  id: 'ingress-class-missing',
  code: 'IngressClassMissing',
  summary: 'no controller serves an Ingress, because its class does not exist',
  about: 'Ingress',
  role: 'cause',
  symptoms: ['unavailable', 'errors'],
  needs: ['ingressclasses'],
  references: [{ title: 'Kubernetes: Ingress class', url: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class' }],

  async judge({ ref, object, seenIn }, ask) {
    const classes = await ask(list('ingressclasses'));
    if (classes.outcome !== 'present') return notApplicable;
    // An address shows that some controller has taken it.
    if (object.status.loadBalancer.length > 0) return ruledOut(seenIn, `Ingress ${ref.name} has an address, so a controller serves it.`);
    const wanted = object.spec.ingressClassName;
    const names = classes.data.map(({ metadata }) => metadata.name);
    if (wanted !== undefined && names.includes(wanted)) return ruledOut(classes, `IngressClass ${wanted} exists.`);
    // Controllers may take by annotation, or take all without a class, without an object that says so.
    if (wanted === undefined && (object.metadata.annotations[BY_ANNOTATION] !== undefined || names.length === 0)) return notApplicable;
    if (wanted === undefined && classes.data.some(({ metadata }) => metadata.annotations[DEFAULT_CLASS] === 'true')) return notApplicable;
    const better = wanted === undefined ? (names.length === 1 ? names[0] : undefined) : (nearest(wanted, names) ?? (names.length === 1 ? names[0] : undefined));
    return found(
      wanted === undefined ? 'possible' : 'certain',
      [
        cite(seenIn, wanted === undefined ? `Ingress ${ref.name} names no class.` : `Ingress ${ref.name} names class ${wanted}.`, {
          about: ref,
          excerpt: fields({ ingressClassName: wanted ?? 'none', 'status.loadBalancer': object.status.loadBalancer }),
        }),
        cite(classes, names.length === 0 ? 'There is no IngressClass.' : `There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}.`),
      ],
      {
        title:
          wanted === undefined
            ? `Ingress ${ref.name} names no class and there is no default one, so no controller serves it`
            : `Ingress ${ref.name} names class ${wanted}, which does not exist${better ? `; there is ${better}` : ''}`,
        explanation:
          'An ingress controller serves the Ingresses of its class only. Nobody serves this one: it has no address, and requests for its hosts are answered by nobody, or with 404 by another controller.',
        remedies: [
          look('See which classes there are.', 'kubectl get ingressclasses'),
          fix(
            better ? `Set its class to ${better}.` : 'Install a controller for that class, or name one that exists.',
            better ? kubectl(ref, 'patch', objectArg(ref), '-p', JSON.stringify({ spec: { ingressClassName: better } })) : kubectl(ref, 'edit', objectArg(ref)),
          ),
        ],
        since: changedAt(object),
        affects: [ref],
      },
    );
  },
});
