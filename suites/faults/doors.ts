import type { Report } from '#domain/report.ts';
import type { IncidentLine } from '#web/schemas/incident.ts';
import type { ReportLine } from '#web/schemas/report.ts';

/** What the checker sees of the product: answers over HTTP, as any client would. */
export interface Doors {
  report(cluster: string, fingerprint: string): Promise<Report | undefined>;
  reports(): Promise<readonly ReportLine[]>;
  incidents(): Promise<readonly IncidentLine[]>;
  incident(id: string): Promise<IncidentView>;
  health(): Promise<{ readonly queue_size: number | null; readonly running: number | null }>;
  /** Notifications that are owed and not sent yet; undefined: that cannot be told. */
  owed(): Promise<number | undefined>;
  /** The kinds of the progress steps of an investigation, in order; it ends with the steps of one that is settled. */
  steps(investigationId: string): Promise<readonly string[]>;
  /** The status of any page. */
  status(path: string, accept?: string): Promise<number>;
  /** Asks to investigate an incident again; true when that was accepted. */
  askAgain(incidentId: string): Promise<boolean>;
}

/** `GET /api/v1/incidents/{id}`, as far as the checker reads it. */
export interface IncidentView extends IncidentLine {
  readonly members: readonly { readonly fingerprint: string; readonly status: 'firing' | 'resolved' | 'stale'; readonly startsAt: string }[];
  readonly investigations: readonly NonNullable<IncidentLine['investigation']>[];
  readonly analysis: unknown;
}

const PATIENCE_MS = 15_000;

/** Asks the address that `url` gives at the time. Rejects when there is no answer, or one that is not expected. */
export function openDoors(url: () => string): Doors {
  const get = (path: string, accept = 'application/json'): Promise<Response> =>
    fetch(`${url()}${path}`, { headers: { accept }, signal: AbortSignal.timeout(PATIENCE_MS) });
  const json = async <T>(path: string): Promise<T> => {
    const answer = await get(path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
    return (await answer.json()) as T;
  };
  const everything = async <T>(path: string, key: string): Promise<readonly T[]> => {
    const all: T[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Readonly<Record<string, unknown>> = await json(`${path}?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...(page[key] as readonly T[]));
      cursor = page['next'] as string | null;
    }
    return all;
  };
  return {
    async report(cluster, fingerprint) {
      const answer = await get(`/reports/${fingerprint}?cluster=${cluster}`);
      if (answer.status === 200) return (await answer.json()) as Report;
      const text = await answer.text();
      if (answer.status === 404) return undefined;
      throw new Error(`GET /reports/${fingerprint}: ${answer.status} ${text.slice(0, 200)}`);
    },
    reports: () => everything('/reports', 'reports'),
    incidents: () => everything('/api/v1/incidents', 'incidents'),
    incident: (id) => json(`/api/v1/incidents/${id}`),
    async health() {
      return (await (await get('/health')).json()) as { readonly queue_size: number | null; readonly running: number | null };
    },
    async owed() {
      const [, count] = /^oncallm_notifications_waiting\{[^}]*\} (\d+)$/m.exec(await (await get('/metrics', '*/*')).text()) ?? [];
      return count === undefined ? undefined : Number(count);
    },
    async steps(investigationId) {
      const answer = await get(`/api/v1/investigations/${investigationId}/events`, 'text/event-stream');
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`GET events of ${investigationId}: ${answer.status}`);
      return [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '{}']) => (JSON.parse(data) as { readonly kind: string }).kind);
    },
    async status(path, accept) {
      const answer = await get(path, accept);
      await answer.body?.cancel();
      return answer.status;
    },
    async askAgain(incidentId) {
      const answer = await fetch(`${url()}/api/v1/incidents/${incidentId}/investigate`, { method: 'POST', signal: AbortSignal.timeout(PATIENCE_MS) });
      await answer.body?.cancel();
      return answer.status === 202;
    },
  };
}
