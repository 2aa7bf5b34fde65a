/** A label selector as Kubernetes objects carry it. An operator that is none of the four matches nothing. */
export type LabelSelectorTerms = {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly { readonly key: string; readonly operator: string; readonly values: readonly string[] }[];
};

/**
 * Whether an object with these labels is selected; all terms must hold. The empty selector selects everything; who means
 * "nothing is selected" by a missing selector decides that before asking.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function matchesSelector(selector: LabelSelectorTerms, labels: Readonly<Record<string, string>>): boolean {
  return matchesLabels(selector.matchLabels, labels) && selector.matchExpressions.every((term) => holds(term, labels));
}

/** Whether every label of `wanted` is there with that value, as the selector of a Service asks. */
export function matchesLabels(wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => labelOf(labels, key) === value);
}

function holds({ key, operator, values }: LabelSelectorTerms['matchExpressions'][number], labels: Readonly<Record<string, string>>): boolean {
  const value = labelOf(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** A label called `constructor` is there only when it is the object's own. */
function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
