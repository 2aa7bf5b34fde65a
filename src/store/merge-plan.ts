import { mostUrgent, type Severity } from '#domain/severity.ts';
import { MOST_BY_CAUSE } from './correlation.ts';

/** An open incident as far as merging it asks for it: the columns of its row. */
export interface Twin {
  readonly id: string;
  readonly opened_at: string;
  readonly cluster: string;
  readonly severity: Severity;
  readonly cause_code: string;
  readonly cause_title: string | null;
  readonly lead_alert_name: string;
  readonly alerts_total: number;
  readonly alerts_firing: number;
}

/** Which incident takes which others in, and what it is then. */
export interface MergePlan {
  readonly into: Twin;
  readonly taken: readonly Twin[];
  readonly total: number;
  readonly firing: number;
  readonly severity: Severity;
}

/** Of open incidents with one cause: the oldest that is not full takes the others in, as many as it has room for. Undefined: nothing is to be done. */
export function planMerge(found: readonly Twin[]): MergePlan | undefined {
  const twins = found.toSorted((left, right) => compare(left.opened_at, right.opened_at) || compare(left.id, right.id));
  for (const [index, into] of twins.entries()) {
    let total = into.alerts_total;
    const taken = twins.slice(index + 1).filter((twin) => {
      const fits = total + twin.alerts_total <= MOST_BY_CAUSE;
      if (fits) total += twin.alerts_total;
      return fits;
    });
    if (taken.length === 0) continue;
    const firing = taken.reduce((sum, twin) => sum + twin.alerts_firing, into.alerts_firing);
    return { into, taken, total, firing, severity: mostUrgent([into, ...taken].map(({ severity }) => severity)) };
  }
  return undefined;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
