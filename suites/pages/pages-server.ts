import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { ProgressStep } from '#domain/investigation.ts';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import type { Report } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import { sampleDocs, sampleInbox, sampleProgress } from '#testing/sample-inbox.ts';
import { SAMPLE_NOW, sampleReports } from '#testing/sample-reports.ts';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import { createPages } from '#web/pages/create-pages.tsx';
import type { TranscriptData } from '#web/pages.ts';
import { buildAssets } from './build-assets.ts';

/** As strict as the server's own: anything inline, foreign or evaluated is refused and reported to the console. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

export interface PagesServer {
  readonly origin: string;
  /** Every path that has a page. */
  readonly paths: readonly string[];
  /** Forms that were sent, as `path body`. */
  readonly posted: readonly string[];
  /** Makes `/report/late` a report, and tells who waits for it. */
  readonly arrive: (report: Report) => void;
  readonly tell: (step: ProgressStep) => void;
  readonly close: () => Promise<void>;
}

/** The pages with sample data and the real assets on a loopback port. */
export async function startPagesServer(): Promise<PagesServer> {
  const folder = await mkdtemp(join(tmpdir(), 'oncallm-pages-'));
  const assets = await buildAssets(folder);
  const streams = new Set<ServerResponse>();
  const posted: string[] = [];
  let late: Report | null = null;
  let pages: Readonly<Record<string, () => string>> = {};

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    response.setHeader('content-security-policy', POLICY);
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += chunk;
      posted.push(`${path} ${body}`);
      return response.writeHead(303, { location: '/report/answered' }).end();
    }
    if (path.endsWith('/events')) {
      streams.add(response.writeHead(200, { 'content-type': 'text/event-stream' }));
      response.write(': hello\n\n');
      return response.on('close', () => streams.delete(response));
    }
    if (path.startsWith('/assets/')) {
      const file = await readFile(join(assets, basename(path))).catch(() => null);
      return response.writeHead(file ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(file);
    }
    const known = pages[path];
    const html = path === '/report/late' ? renderLate() : known?.();
    const status = html === undefined || (path === '/report/late' && late === null) ? 404 : 200;
    return response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html ?? render().notFound());
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const extra = { progress: sampleProgress, feedback: [], questions: [sampleQuestion], hasTranscript: true, now: SAMPLE_NOW, baseUrl: origin };
  const render = () => createPages({ baseUrl: origin });
  const renderLate = () => (late === null ? render().waiting('late') : render().report(late, extra));
  pages = {
    '/': () => render().inbox({ ...sampleInbox.busy, baseUrl: origin }),
    '/empty': () => render().inbox({ ...sampleInbox.empty, baseUrl: origin }),
    '/quiet': () => render().inbox({ ...sampleInbox.quiet, baseUrl: origin }),
    '/filtered': () => render().inbox({ ...sampleInbox.filtered, baseUrl: origin }),
    '/problem': () => render().problem(503, 'The database is locked.'),
    '/missing': () => render().notFound(),
    '/docs': () => render().docs(sampleDocs),
    ...Object.fromEntries(
      Object.entries<Transcript>(sampleTranscripts).map(([name, transcript]) => [
        `/transcript/${name}`,
        () => render().transcript(transcriptOf(transcript, origin)),
      ]),
    ),
    '/transcript/question': () => render().transcript({ ...transcriptOf(sampleTranscripts.usual, origin), question: sampleQuestion }),
    '/transcript/missing': () => render().notFound({ title: 'No model took part', detail: 'No model took part in this investigation: none is configured.' }),
    '/asked': () =>
      render().report(sampleReports.answered, {
        ...extra,
        questions: [sampleQuestion, { ...sampleQuestion, id: 'q2', state: 'asked', answeredAt: null, answer: null, hasTranscript: false }],
        questionSteps: new Map([['q2', sampleProgress]]),
      }),
    '/waiting': () => render().waiting('b2c4f0a91d3e5f67'),
    ...Object.fromEntries(Object.entries<Report>(sampleReports).map(([name, report]) => [`/report/${name}`, () => render().report(report, extra)])),
  };

  return {
    origin,
    paths: Object.keys(pages),
    posted,
    arrive(report) {
      late = report;
      for (const stream of streams) stream.write('event: appeared\ndata: {"fingerprint": "late", "status": "completed", "investigation_id": null}\n\n');
    },
    tell(step) {
      for (const stream of streams) stream.write(`event: progress\ndata: ${JSON.stringify(step)}\n\n`);
    },
    async close() {
      for (const stream of streams) stream.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Of the report `answered`. */
function transcriptOf(transcript: Transcript, baseUrl: string): TranscriptData {
  const { fingerprint, cluster, analysis, investigation } = sampleReports.answered;
  const report = { fingerprint, cluster, title: analysis?.root_causes[0]?.title ?? '', evidence: (analysis?.evidence ?? []).map(({ id }) => id) };
  return { investigation: { id: investigation?.id ?? '' }, question: undefined, transcript, report, now: SAMPLE_NOW, baseUrl };
}

/** One that was answered, with evidence of its own. */
const sampleQuestion: ReaderQuestion = {
  id: 'q1',
  investigationId: 'i1',
  askedAt: '2026-01-05T03:09:00.000Z',
  asker: 'somebody',
  question: 'Did anything change in the namespace in the hour before the first restart?',
  state: 'answered',
  answeredAt: '2026-01-05T03:09:10.000Z',
  hasTranscript: true,
  answer: {
    sentences: [
      { text: 'The memory limit of container server was lowered in the newest revision.', evidence: ['E1', 'E9'], verified: true },
      { text: 'Nothing else in the namespace was changed.', evidence: ['E9'], verified: true },
    ],
    evidence: [
      {
        id: 'E9',
        source: 'kubernetes',
        title: 'Rollout of Deployment production/checkout',
        subject: { kind: 'Deployment', namespace: 'production', name: 'checkout' },
        query: 'kubectl -n production rollout history deployment/checkout',
        observed_at: '2026-01-05T03:09:05Z',
        excerpt: 'revision 12: limits.memory 256Mi\nrevision 11: limits.memory 512Mi',
        data: {},
      },
    ],
    problem: '1 sentence of openai/model is left out: the evidence does not carry it.',
    usage: null,
  },
};
