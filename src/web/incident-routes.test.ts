import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { healthy } from '../../testing/sample-analysis.ts';
import { type StartedWeb, startWeb } from './testing/start-web.ts';

let web: StartedWeb;
beforeEach(async () => {
  web = await startWeb({ baseUrl: 'https://oncallm.example.com/base' });
  await web.app.inject({ method: 'POST', url: '/webhook', payload: '{"alerts":[{"fingerprint":"a/b","labels":{"alertname":"Crash","severity":"page"}}]}' });
});
afterEach(() => web.app.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (url: string, payload: string | object = '', headers: Record<string, string> = {}) => web.app.inject({ method: 'POST', url, payload, headers });
const INVESTIGATE = '/api/v1/incidents/incident-1/investigate';
const FEEDBACK = '/api/v1/investigations/investigation-2/feedback';

describe('/api/v1/incidents', () => {
  it('lists incidents and shows one with its alerts and its answer', async () => {
    const { incidents } = (await web.app.inject('/api/v1/incidents?state=open&limit=5')).json();
    expect(incidents).toMatchObject([
      {
        id: 'incident-1',
        severity: 'critical',
        lead: { fingerprint: 'a/b' },
        investigation: { state: 'queued' },
        report_url: 'https://oncallm.example.com/base/report/a%2Fb',
      },
    ]);
    web.store.complete('a/b', healthy);
    const incident = (await web.app.inject('/api/v1/incidents/incident-1')).json();
    expect(incident).toMatchObject({
      members: [{ fingerprint: 'a/b', status: 'firing' }],
      investigations: [{ state: 'completed' }],
      analysis: { healthy: true },
    });
    expect(web.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it('answers 404 for one that does not exist and 400 for a filter that makes no sense', async () => {
    expect((await web.app.inject('/api/v1/incidents/none')).json()).toEqual({ detail: 'Incident not found' });
    expect((await web.app.inject('/api/v1/incidents?state=ajar')).statusCode).toBe(400);
  });
});

describe('investigating again', () => {
  it('answers programs with the investigation, the one under way if there is one', async () => {
    const first = await post(INVESTIGATE);
    expect([first.statusCode, first.json()]).toEqual([202, { investigation_id: 'investigation-2', status: 'queued' }]);
    web.store.complete('a/b', healthy);
    expect((await post(INVESTIGATE, {})).json().investigation_id).not.toBe('investigation-2');
  });

  it('sends a form back to the report, below the path of the base URL', async () => {
    const answer = await post(INVESTIGATE, '', FORM);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/base/report/a%2Fb']);
  });

  it('answers 404 for an incident that does not exist', async () => {
    expect((await post('/api/v1/incidents/none/investigate')).json()).toEqual({ detail: 'Incident not found' });
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://oncallm.example.com' }, 403],
    [{ origin: 'https://evil.example.com' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://whatever.example.com' }, 202],
    [{ 'sec-fetch-site': 'none' }, 202],
    [{ origin: 'https://oncallm.example.com' }, 202],
    [{ origin: 'http://10.0.0.1:8001', host: '10.0.0.1:8001' }, 202],
    [{}, 202],
  ])('guards against other sites: %j is %i', async (headers, status) => {
    const answer = await post(INVESTIGATE, {}, headers as Record<string, string>);
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json()).toEqual({ detail: 'Sent by another site' });
  });
});

describe('taking alerts out', () => {
  const SPLIT = '/api/v1/incidents/incident-1/split';
  beforeEach(() => post('/webhook', '{"alerts":[{"fingerprint":"c","labels":{"alertname":"Slow"}}]}', { 'content-type': 'application/json' }));

  it('answers programs with the new incident and its investigation', async () => {
    const answer = await post(SPLIT, { fingerprints: ['c'] });
    expect([answer.statusCode, answer.json()]).toEqual([202, { incident_id: 'incident-4', investigation_id: 'investigation-7', status: 'queued' }]);
  });

  it('sends a form to the report of the new incident', async () => {
    const answer = await post(SPLIT, 'fingerprints=c', FORM);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/base/report/c']);
  });

  it.each([
    ['nothing chosen', SPLIT, '', 400, 'Choose the alerts to take out'],
    ['several of one name, one of which would be the last', SPLIT, 'fingerprints=a%2Fb&fingerprints=c', 409, 'At least one alert must stay in the incident'],
    ['an alert of nowhere', SPLIT, 'fingerprints=zzz', 409, 'This incident has no such alert; it may have been taken out already'],
    ['no such incident', '/api/v1/incidents/none/split', 'fingerprints=c', 404, 'Incident not found'],
  ])('refuses %s', async (_, url, payload, status, detail) => {
    const answer = await post(url, payload, FORM);
    expect([answer.statusCode, answer.json()]).toEqual([status, { detail }]);
  });

  it('tells a person on a page what is in the way', async () => {
    const answer = await post(SPLIT, '', { ...FORM, accept: 'text/html' });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain('Choose the alerts to take out');
  });

  it.each([{ fingerprints: [''] }, { fingerprints: 7 }, { fingerprints: Array.from({ length: 501 }, (_, index) => `${index}`) }])(
    'refuses %j',
    async (body) => {
      expect((await post(SPLIT, body)).statusCode).toBe(400);
    },
  );

  it('guards against other sites', async () => {
    expect((await post(SPLIT, { fingerprints: ['c'] }, { origin: 'https://evil.example.com' })).statusCode).toBe(403);
  });
});

describe('putting alerts back', () => {
  const JOIN = '/api/v1/incidents/incident-4/join';
  beforeEach(() => post('/webhook', '{"alerts":[{"fingerprint":"c","labels":{"alertname":"Slow"}}]}', { 'content-type': 'application/json' }));

  it('answers programs with the whole and its investigation', async () => {
    const answer = await post(JOIN);
    expect([answer.statusCode, answer.json()]).toEqual([202, { incident_id: 'incident-1', investigation_id: 'investigation-7', status: 'queued' }]);
  });

  it('sends a form to the report of the whole', async () => {
    const answer = await post(JOIN, '', FORM);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/base/report/a%2Fb']);
  });

  it.each([
    ['no-incident', 404, 'Incident not found'],
    ['not-split', 409, 'This incident was not taken out of another one'],
    ['joined', 409, 'These alerts were put back already'],
    ['over', 409, 'This incident is closed: none of its alerts fires any more'],
    ['gone', 409, 'The incident that these alerts came from is closed or deleted'],
  ] as const)('says why not: %s', async (why, status, detail) => {
    web.store.join = async () => why;
    const answer = await post(JOIN);
    expect([answer.statusCode, answer.json()]).toEqual([status, { detail }]);
    if (status === 409) expect((await post(JOIN, '', { ...FORM, accept: 'text/html' })).body).toContain(detail);
  });

  it('guards against other sites', async () => {
    expect((await post(JOIN, '', { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
  });
});

describe('feedback', () => {
  it('is recorded, as JSON or from a form', async () => {
    const answer = await post(FEEDBACK, { verdict: 'right' });
    expect([answer.statusCode, answer.json()]).toEqual([201, { status: 'recorded' }]);
    const form = await post(FEEDBACK, 'verdict=wrong&comment=It+was+the+node%21', FORM);
    expect([form.statusCode, form.headers.location]).toEqual([303, '/base/report/a%2Fb']);
    expect(await web.store.feedback('investigation-2')).toEqual([
      { investigationId: 'investigation-2', at: '2026-01-05T03:10:00.000Z', verdict: 'right', comment: '' },
      { investigationId: 'investigation-2', at: '2026-01-05T03:10:00.000Z', verdict: 'wrong', comment: 'It was the node!' },
    ]);
  });

  it('is refused when it is none, is too long, is about nothing, or comes from another site', async () => {
    expect((await post(FEEDBACK, { verdict: 'maybe' })).statusCode).toBe(400);
    expect((await post(FEEDBACK, { verdict: 'right', comment: 'x'.repeat(4_001) })).statusCode).toBe(400);
    expect((await post(FEEDBACK, { verdict: 'right', comment: 'x'.repeat(100_000) })).statusCode).toBe(413);
    expect((await post('/api/v1/investigations/none/feedback', { verdict: 'right' })).statusCode).toBe(404);
    expect((await post(FEEDBACK, { verdict: 'right' }, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect(await web.store.feedback('investigation-2')).toEqual([]);
  });
});
