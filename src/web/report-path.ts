import type { IncidentDetail } from '#domain/views.ts';
import { reportUrl } from '#report/to-report.ts';

/** Path of the report of an incident, on whatever host the person came by. */
export function reportPathOf({ lead, incident }: IncidentDetail, baseUrl: string): string {
  return reportUrl(URL.parse(baseUrl)?.pathname ?? '', lead.fingerprint, incident.cluster);
}
