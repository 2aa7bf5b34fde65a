import { createHash } from 'node:crypto';
import { type Severity, urgency } from '#domain/severity.ts';

const TITLE_LENGTH = 300;
const NAME_LENGTH = 200;

/** What the inbox sorts by, descending: open ones by urgency, closed ones together at the end. */
export function incidentRank(state: 'open' | 'closed', severity: Severity): number {
  return state === 'open' ? OPEN_RANK + urgency(severity) : 0;
}

/** The least rank of an open incident. */
export const OPEN_RANK = 100;

/** One line for an incident: the cause when it is known, else the alert and how many more. */
export function incidentTitle(causeTitle: string | null, leadAlertName: string, alertsTotal: number): string {
  if (causeTitle) return causeTitle.slice(0, TITLE_LENGTH);
  const name = leadAlertName.slice(0, NAME_LENGTH);
  return alertsTotal > 1 ? `${name} and ${alertsTotal - 1} more` : name;
}

/** A name as an index can bear it; what is longer is cut. */
export function indexed(name: string): string {
  return name.slice(0, NAME_LENGTH);
}

/** The same key for the same group, short enough for an index. */
export function correlationKey(group: string): string {
  return group.length <= NAME_LENGTH ? group : `sha256:${createHash('sha256').update(group).digest('hex')}`;
}
