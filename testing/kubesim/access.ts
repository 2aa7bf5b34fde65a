import { at, textAt } from './api-object.ts';
import type { ApiType } from './api-types.ts';

/** What a rule forbids. `namespace` may begin with `!`: everywhere but there. */
interface ForbidRule {
  readonly verb: string;
  readonly plural: string;
  readonly group: string | undefined;
  readonly subresource: string;
  readonly namespace: string | undefined;
}

export interface AccessRequest {
  readonly verb: string;
  readonly group: string;
  readonly plural: string;
  readonly subresource: string;
  /** Undefined: cluster-scoped, or all namespaces. */
  readonly namespace: string | undefined;
  readonly namespaced: boolean;
}

const READ_VERBS = ['get', 'list', 'watch'];

/**
 * `[verb:]resource[.group][/subresource][@namespace]`, comma-separated; `*` for any resource; `@!shop` for everywhere but shop, which is what
 * a client with a Role in shop only meets.
 */
export function parseForbid(text: string): readonly ForbidRule[] {
  return text
    .split(',')
    .map((rule) => rule.trim())
    .filter(Boolean)
    .map((rule) => {
      const match = /^(?:([a-z*]+):)?([^/@:]+)(?:\/([^@]+))?(?:@(.*))?$/.exec(rule);
      if (!match) throw new Error(`cannot read the rule "${rule}"`);
      const [, verb = '*', resource = '', subresource = '', namespace] = match;
      const dot = resource.indexOf('.');
      const [plural, group] = dot < 0 ? [resource, undefined] : [resource.slice(0, dot), resource.slice(dot + 1)];
      return { verb, plural, group, subresource, namespace };
    });
}

export function isForbidden(rules: readonly ForbidRule[], request: AccessRequest): boolean {
  return rules.some(
    ({ verb, plural, group, subresource, namespace }) =>
      (verb === '*' || verb === request.verb) &&
      (plural === '*' || plural === request.plural) &&
      (group === undefined || group === request.group) &&
      (subresource === request.subresource || plural === '*') &&
      isWithin(namespace, request),
  );
}

/** A request over all namespaces is refused when any namespace would be. */
function isWithin(rule: string | undefined, { namespace, namespaced }: AccessRequest): boolean {
  if (rule === undefined || (namespaced && namespace === undefined)) return true;
  return rule.startsWith('!') ? namespace !== rule.slice(1) : namespace === rule;
}

/** Answers a SelfSubjectAccessReview: reads are allowed unless forbidden, writes never. */
export function accessReview(review: unknown, types: readonly ApiType[], rules: readonly ForbidRule[]): Record<string, unknown> {
  const attributes = at(review, 'spec.resourceAttributes');
  const [verb, plural, group] = [textAt(attributes, 'verb'), textAt(attributes, 'resource'), textAt(attributes, 'group')];
  const type = types.find((candidate) => candidate.plural === plural && candidate.group === group);
  const request: AccessRequest = {
    verb,
    plural,
    group,
    subresource: textAt(attributes, 'subresource'),
    namespace: textAt(attributes, 'namespace') || undefined,
    namespaced: type?.namespaced ?? true,
  };
  const allowed = READ_VERBS.includes(verb) && !isForbidden(rules, request);
  return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: at(review, 'spec') ?? {}, status: { allowed } };
}

/** Answers a SelfSubjectRulesReview: what may be read in a namespace. */
export function rulesReview(review: unknown, types: readonly ApiType[], rules: readonly ForbidRule[]): Record<string, unknown> {
  const namespace = textAt(review, 'spec.namespace') || undefined;
  const resourceRules = types
    .filter(({ verbs }) => verbs.includes('list'))
    .map(({ group, plural, namespaced }) => ({
      apiGroups: [group],
      resources: [plural],
      verbs: READ_VERBS.filter((verb) => !isForbidden(rules, { verb, group, plural, subresource: '', namespace, namespaced })),
    }))
    .filter(({ verbs }) => verbs.length > 0);
  const status = { resourceRules, nonResourceRules: [], incomplete: false };
  return { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: at(review, 'spec') ?? {}, status };
}
