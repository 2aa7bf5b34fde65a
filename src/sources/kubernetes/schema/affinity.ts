import type { Affinity, NodeSelectorTerm, PodAffinityTerm } from '#domain/kubernetes/pod.ts';
import { readOptionalSelector, readRequirements } from './meta.ts';
import { list, object, optionalObject, type Raw, text, texts } from './read.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Only what must hold; preferences keep no pod from its node. */
export function readAffinity(value: unknown): Affinity | undefined {
  const affinity = optionalObject(value);
  if (!affinity) return undefined;
  const node = optionalObject(affinity['nodeAffinity']);
  return {
    nodeAffinity: node && { required: readNodeTerms(object(node[REQUIRED])['nodeSelectorTerms']) },
    podAffinity: readPodTerms(affinity['podAffinity']),
    podAntiAffinity: readPodTerms(affinity['podAntiAffinity']),
  };
}

function readNodeTerms(value: unknown): readonly NodeSelectorTerm[] {
  return list(value, (term) => ({
    matchExpressions: readRequirements(term['matchExpressions']),
    matchFields: readRequirements(term['matchFields']),
  }));
}

function readPodTerms(value: unknown): Affinity['podAffinity'] {
  const affinity = optionalObject(value);
  return affinity && { required: list(affinity[REQUIRED], readPodTerm) };
}

function readPodTerm(term: Raw): PodAffinityTerm | undefined {
  const topologyKey = text(term['topologyKey']);
  return topologyKey ? { labelSelector: readOptionalSelector(term['labelSelector']), topologyKey, namespaces: texts(term['namespaces']) } : undefined;
}
