import type { ProgressStep } from '#domain/investigation.ts';
import type { ApiDescription, InboxData } from '#web/pages.ts';
import { sampleIncidents } from './sample-incidents.ts';
import { SAMPLE_NOW } from './sample-reports.ts';

const busy: InboxData = {
  filter: { limit: 50 },
  incidents: { items: [...sampleIncidents.open, ...sampleIncidents.closed], next: 'eyJhZnRlciI6IjAxOWI4YzAwIn0' },
  counts: { openIncidents: sampleIncidents.open.length, episodes: 412, openEpisodes: 58 },
  queue: { queued: 1, running: 1 },
  lastDeliveryAt: '2026-01-05T03:12:48.000Z',
  watchdogs: [
    { cluster: 'default', at: '2026-01-05T03:10:30.000Z' },
    { cluster: 'eu-west', at: '2026-01-05T03:11:02.000Z' },
  ],
  now: SAMPLE_NOW,
  baseUrl: 'http://localhost:8001',
};

/** The inbox in each of its moods. */
export const sampleInbox = {
  busy,
  /** Nothing has ever arrived. */
  empty: {
    ...busy,
    incidents: { items: [], next: null },
    counts: { openIncidents: 0, episodes: 0, openEpisodes: 0 },
    queue: { queued: 0, running: 0 },
    lastDeliveryAt: null,
    watchdogs: [],
  },
  /** Alerts arrive; all of them are over. */
  quiet: {
    ...busy,
    incidents: { items: sampleIncidents.closed, next: null },
    counts: { openIncidents: 0, episodes: 412, openEpisodes: 0 },
    queue: { queued: 0, running: 0 },
  },
  /** A search without a hit. */
  filtered: { ...busy, filter: { limit: 50, search: '"><script>', state: 'open', namespace: 'nowhere' }, incidents: { items: [], next: null } },
} as const satisfies Readonly<Record<string, InboxData>>;

/** What an investigation says while it runs. */
export const sampleProgress: readonly ProgressStep[] = [
  'Alert is about Deployment production/checkout',
  'Read 14 lists of namespace production',
  'Judging 23 rules',
].map((what, index) => ({ investigationId: '019b8c00-0000-7000-8000-0000000000a1', seq: index + 1, at: '2026-01-05T03:12:09.000Z', what, kind: 'step' }));

export const sampleDocs: ApiDescription = {
  title: 'OnCallM',
  version: '0.1.0',
  operations: [
    {
      method: 'POST',
      path: '/webhook/{cluster}',
      summary: 'Receive alerts of a named cluster',
      description: 'Takes what Alertmanager sends.',
      tag: 'webhook',
      parameters: [{ name: 'cluster', in: 'path', required: true, description: 'Name of the cluster' }],
      responses: [
        { status: '200', description: 'Stored and queued' },
        { status: '503', description: 'Not stored; send it again' },
      ],
    },
    {
      method: 'GET',
      path: '/reports/{fingerprint}',
      summary: 'The report as JSON',
      description: '',
      tag: 'reports',
      parameters: [{ name: 'fingerprint', in: 'path', required: true, description: '' }],
      responses: [{ status: '200', description: '' }],
    },
  ],
};
