import { describe, expect, it } from 'vitest';
import type { Report } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import { sampleDocs, sampleInbox, sampleProgress } from '#testing/sample-inbox.ts';
import { SAMPLE_NOW, sampleReports } from '#testing/sample-reports.ts';
import { sampleTranscripts } from '#testing/sample-transcripts.ts';
import { createPages } from './create-pages.tsx';

const baseUrl = 'https://oncallm.example.com';
const pages = createPages({ baseUrl });
const extra = { progress: sampleProgress, feedback: [], now: SAMPLE_NOW, baseUrl };
const report = (sample: Report) => pages.report(sample, extra);
const everyPage: readonly (readonly [string, string])[] = [
  ...Object.entries<Report>(sampleReports).map(([name, sample]) => [name, report(sample)] as const),
  ...Object.entries(sampleInbox).map(([name, data]) => [`inbox ${name}`, pages.inbox(data)] as const),
  ['waiting', pages.waiting('"><script>alert(1)</script>')],
  ['not found', pages.notFound()],
  ['missing', pages.notFound({ title: '<b>No</b>', detail: '<b>no</b>' })],
  ...Object.entries<Transcript>(sampleTranscripts).map(
    ([name, transcript]) =>
      [
        `transcript ${name}`,
        pages.transcript({ investigation: { id: 'i' }, question: undefined, transcript, report: undefined, now: SAMPLE_NOW, baseUrl }),
      ] as const,
  ),
  ['problem', pages.problem(500, '<b>no</b>')],
  ['docs', pages.docs(sampleDocs)],
];

/** Tags dropped, entities of text undone, blanks folded: what a reader sees. */
function textOf(html: string): string {
  return html
    .replace(/<(script|style|title|noscript)\b.*?<\/\1>/g, ' ')
    .replaceAll(/<(?:[^>"]|"[^"]*")*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,:])/g, '$1');
}

describe.each(everyPage)('%s', (_name, html) => {
  it('is a whole document with a heading, without anything inline', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(html).not.toMatch(/ style="| on[a-z]+="|<style/);
    expect(html.match(/<script\b[^>]*>/g)).toEqual(['<script type="module" src="/assets/client.js">']);
    expect(html).not.toMatch(/(?:href|src|action)="(?!https?:|\/|#)/);
  });
});

describe('the report', () => {
  it('gives the answer before the evidence: cause, confidence, command, impact, evidence', () => {
    const text = textOf(report(sampleReports.answered));
    const order = [
      'Container server of checkout is killed for exceeding its memory limit of 128Mi',
      "Certain: the object's own status names this cause, and a second source agrees",
      'Change this Deployment production/checkout',
      'Run this Go back to revision 41',
      'kubectl rollout undo deployment/checkout -n production --to-revision=41',
      'Medium risk: changes what is running',
      'Impact 0 of 3 replicas',
      'What could not be read Loki: not configured',
      'What else to do',
      'Other possible causes The liveness probe',
      'Evidence E1',
      'Timeline',
      'What follows from it',
      'What it is not',
      'Found by rules in 412 ms with 14 Kubernetes requests',
      'The alert',
      'Fired 3 times',
      'Was this right?',
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('says which claim every fact supports, and how to see it', () => {
    const text = textOf(report(sampleReports.answered));
    expect(text).toContain('Supports cause 1: Revision 42 lowered the memory limit of server from 512Mi to 128Mi.');
    expect(text).toContain('Rules out ImageNotFound');
    expect(text).toContain('max by (pod) (container_memory_working_set_bytes{namespace="production", container="server"})');
  });

  it('links to runbook, dashboard, Prometheus, silence, data, members and earlier episodes', () => {
    const html = report(sampleReports.answered);
    expect(html).toContain('href="https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping"');
    expect(html).toContain('href="http://alertmanager:9093/#/silences/new?filter=');
    expect(html).toContain('href="/report/b2c4f0a91d3e5f67.json"');
    expect(html).toContain('href="/report/b2c4f0a91d3e5f67.md"');
    expect(html).toContain('href="/report/77ab3301fe9912c0"');
    expect(html).toContain('href="/report/b2c4f0a91d3e5f67?episode=e1"');
  });

  it('says why other alerts are in the incident, whatever it is made of', () => {
    const html = report(sampleReports.answered);
    expect(html).toContain('Here for the same workload production/checkout:');
    expect(html).toContain('Here because their own investigation found the same cause:');
    const [first, ...others] = sampleReports.answered.incident?.alerts ?? [];
    const hostile = { ...first, joined_by: 'node/<script>alert(1)</script>' } as typeof first & object;
    const incident = { ...sampleReports.answered.incident, alerts: [hostile, ...others] } as typeof sampleReports.answered.incident;
    expect(report({ ...sampleReports.answered, incident })).not.toContain('<script>alert');
  });

  it('offers who may act to take firing alerts out of an open incident', () => {
    const page = (changes: Partial<NonNullable<(typeof sampleReports.answered)['incident']>>, mayAct = true) =>
      pages.report({ ...sampleReports.answered, incident: { ...sampleReports.answered.incident, ...changes } as never }, { ...extra, mayAct });
    const boxes = (html: string) => [...html.matchAll(/name="fingerprints" value="([^"]*)"/g)].map(([, fingerprint]) => fingerprint);
    expect(boxes(page({}))).toEqual(['b2c4f0a91d3e5f67', '77ab3301fe9912c0']);
    expect(page({})).toContain(`action="/api/v1/incidents/${sampleReports.answered.incident?.id}/split"`);
    expect(boxes(page({}, false)), 'a viewer').toEqual([]);
    expect(boxes(page({ state: 'closed' })), 'over').toEqual([]);
    const [first] = sampleReports.answered.incident?.alerts ?? [];
    expect(boxes(page({ alerts: first ? [first] : [] })), 'alone').toEqual([]);
    const hostile = { ...first, fingerprint: '"><script>alert(1)</script>' } as NonNullable<typeof first>;
    expect(page({ alerts: [...(sampleReports.answered.incident?.alerts ?? []), hostile] })).not.toContain('<script>alert');
  });

  it('says that an alert flaps, how often, and what makes one alert of it', () => {
    const flapping = { times: 5, since: '2026-01-05T02:40:10.000Z', last: '2026-01-05T03:09:10.000Z' };
    const html = report({ ...sampleReports.answered, flapping });
    expect(html).toContain('Flapping: fired 5 times within 29 min');
    expect(html).toContain('<code>keep_firing_for</code>');
    expect(report(sampleReports.answered)).not.toContain('Flapping');
  });

  describe('of alerts that were taken out', () => {
    const from = { id: 'i', title: 'Node <worker-2> is down', state: 'open', fingerprint: 'f1' };
    const [first] = sampleReports.answered.incident?.alerts ?? [];
    const page = (changes: object, mayAct = true) =>
      pages.report(
        { ...sampleReports.answered, incident: { ...sampleReports.answered.incident, split_from: from, ...changes } as never },
        { ...extra, mayAct },
      );

    it.each([
      ['several', {}],
      ['one', { alerts: [first] }],
    ])('says where from, of %s', (_, changes) => {
      expect(page(changes)).toMatch(/Somebody took this out of <a href="\/report\/f1[^"]*">Node &lt;worker-2> is down<\/a>/);
    });

    it('offers who may act to put them back, while both are open, and says what happens', () => {
      const form = `action="/api/v1/incidents/${sampleReports.answered.incident?.id}/join"`;
      expect(page({})).toContain(form);
      expect(page({ alerts: [first] })).toContain(form);
      expect(page({})).toContain('investigated again with all of them');
      expect(page({}, false), 'a viewer').not.toContain(form);
      expect(page({ state: 'closed' }), 'over').not.toContain(form);
      expect(page({ split_from: { ...from, state: 'closed' } }), 'gone').not.toContain(form);
      expect(page({ split_from: { ...from, state: 'closed' } })).toContain(', which is closed.');
    });

    it('says of those that were put back why they are there', () => {
      expect(page({ split_from: null, alerts: [first, { ...first, fingerprint: 'x', joined_by: 'person' }] })).toContain(
        'Here because somebody put them back:',
      );
    });
  });

  it('tells members of one name apart by what they are about', () => {
    expect(report(sampleReports.answered)).toContain('Pod checkout-6d9f7c5b48-x2vlq in production, firing');
  });

  describe('with questions of readers', () => {
    const question = {
      id: 'q1',
      investigationId: 'i',
      askedAt: '2026-01-05T03:09:00.000Z',
      asker: 'a',
      question: 'Why <b>now</b>?',
      state: 'answered' as const,
      answeredAt: '2026-01-05T03:09:10.000Z',
      answer: { sentences: [{ text: 'The limit is <i>192Mi</i>.', evidence: ['E1'], verified: true }], evidence: [], problem: '', usage: null },
      hasTranscript: true,
    };
    const page = (questions: Parameters<typeof pages.report>[1]['questions'], mayAct = true) =>
      pages.report(sampleReports.answered, { ...extra, questions, mayAct });

    it('links to how each was answered, and to how the report was, where that was kept and to those who may see it', () => {
      expect(page([question])).toContain('href="/investigations/i/questions/q1/transcript"');
      expect(page([{ ...question, hasTranscript: false }])).not.toContain('/transcript"');
      const own = `href="/investigations/${sampleReports.answered.investigation?.id}/transcript"`;
      expect(pages.report(sampleReports.answered, { ...extra, hasTranscript: true })).toContain(own);
      const link = { kind: 'link' as const, fingerprint: sampleReports.answered.fingerprint, cluster: 'default', exp: '1', sig: 's' };
      expect(pages.report(sampleReports.answered, { ...extra, hasTranscript: true, link })).not.toContain('/transcript"');
    });

    it('shows them escaped, with links to the evidence, and a field for those who may ask', () => {
      const html = page([question]);
      expect(html).toContain('Why &lt;b>now&lt;/b>?');
      expect(html).toContain('The limit is &lt;i>192Mi&lt;/i>.');
      expect(html).toContain('/questions"');
      expect(html).not.toContain('data-question-events');
      expect(page([question], false)).not.toContain('/questions"');
      expect(page(undefined)).not.toContain('Ask about this');
    });

    it('looks for the answer while one waits', () => {
      const questions = [{ ...question, state: 'asked' as const, answer: null, answeredAt: null }];
      const questionSteps = new Map([['q1', [{ seq: 7, at: SAMPLE_NOW, what: 'Reads <the> log' }]]]);
      const html = pages.report(sampleReports.answered, { ...extra, questions, questionSteps });
      expect(html).toContain('data-question-events="/api/v1/investigations/i/questions/q1/events"');
      expect(html).toContain('Looking for the answer');
      expect(html).toContain('<li data-seq="7">Reads &lt;the> log</li>');
    });
  });

  it('says in sight what the investigation waits for, once there is a first answer', () => {
    const html = report(sampleReports.partial);
    const now = /<p data-step-now[^>]*>([^<]*)<\/p>/.exec(html)?.[1];
    expect(now).toBe(/.*<li data-seq="\d+">([^<]*)<\/li>/.exec(html)?.[1]);
    expect(now).not.toBe('');
    expect(html.indexOf('data-step-now')).toBeLessThan(html.indexOf('Steps so far'));
  });

  it('keeps the cluster in its links', () => {
    const html = report({ ...sampleReports.investigating, cluster: 'eu/west' });
    expect(html).toContain('data-events="/api/v1/reports/b2c4f0a91d3e5f67/events?cluster=eu%2Fwest"');
    expect(html).toContain('href="/report/b2c4f0a91d3e5f67.json?cluster=eu%2Fwest"');
  });

  it.each<[keyof typeof sampleReports, readonly string[]]>([
    ['queued', ['KubePodCrashLooping waits to be investigated', '3 investigations go first.']],
    ['investigating', ['Looking for the cause of KubePodCrashLooping', 'Investigating now', 'Read 14 lists of namespace production']],
    ['partial', ['killed for exceeding its memory limit', 'First answer; the investigation goes on', 'Judging 23 rules']],
    ['failed', ['KubePodCrashLooping could not be investigated', 'Given up after 5 attempts.', 'Investigate again', 'kubectl get pods,events -n production']],
    ['watchdog', ['Watchdog was not investigated', 'fires always, by design']],
    ['resolvedFirst', ['was not investigated', 'Resolved before the investigation began.', 'Investigate again']],
    ['resolved', ['Resolved by the sender, not necessarily fixed', '03:12 UTC']],
    ['stale', ['No news for a long time', '4 Jan 19:12 UTC', 'never said that it is resolved']],
    ['truncated', ['37 alerts of this group never arrived', 'remove max_alerts', '4 repeats']],
    ['healthy', ['Nothing wrong found', 'The alert still fires', '3 of 3 pods are ready', 'What was checked', 'Every container has its image.']],
    [
      'inconclusive',
      ['No cause found', 'Do this next', 'kubectl logs deployment/checkout', 'What could not be read Prometheus: no answer', 'What it is not', 'ImageNotFound'],
    ],
    [
      'withModel',
      ['Found by rules and gpt-5-mini in 18 s', '6 model steps', '33,034 tokens', '$0.0123', 'and 1 model step, 9,040 tokens, $0.0005 of gpt-5-nano'],
    ],
  ])('%s says what matters', (name, phrases) => {
    const text = textOf(report(sampleReports[name]));
    for (const phrase of phrases) expect(text).toContain(phrase);
  });

  it('waits for the end only while there is one to wait for', () => {
    for (const name of ['queued', 'investigating', 'partial'] as const) {
      expect(report(sampleReports[name])).toContain('data-events="/api/v1/reports/b2c4f0a91d3e5f67/events"');
      expect(report(sampleReports[name])).toContain('<noscript><meta http-equiv="refresh"');
    }
    for (const name of ['answered', 'failed', 'watchdog'] as const) expect(report(sampleReports[name])).not.toMatch(/data-events|http-equiv/);
  });

  it('offers nothing to do with an alert that is never investigated', () => {
    expect(report(sampleReports.watchdog)).not.toContain('<form');
  });

  it('shows what people said before', () => {
    const html = pages.report(sampleReports.answered, {
      ...extra,
      feedback: [{ investigationId: 'i', at: SAMPLE_NOW, verdict: 'wrong', comment: 'it was <b>DNS</b>' }],
    });
    expect(textOf(html)).toContain('Wrong, just now: it was <b>DNS</b>');
  });
});

describe('hostile text', () => {
  const html = report(sampleReports.hostile);

  it('stays text', () => {
    expect(html).not.toMatch(/<img|<script>window|onerror="/);
    expect(html).not.toMatch(/(?:href|src|action)="(?:javascript|data):/i);
  });

  it('hides nothing and turns nothing around', () => {
    expect(html).not.toMatch(/\p{Bidi_Control}/u);
    expect(html).not.toContain('\u0007');
    expect(html).toContain('⟨U+202E⟩');
  });

  it('does not make the page heavy', () => {
    expect(html.length).toBeLessThan(400_000);
    expect(html).toContain('1,048,576 characters in all');
  });

  it('cannot be copied as a command when it is not shown as a whole', () => {
    const [, command = ''] = html.split('id="lead-title"');
    expect(command.slice(0, command.indexOf('</section>'))).not.toContain('data-copy');
  });
});

describe('the waiting page', () => {
  it('watches for its alert and says what to check', () => {
    const html = pages.waiting('abc123def456');
    expect(html).toContain('data-events="/api/v1/reports/abc123def456/events"');
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"/></noscript>');
    expect(textOf(html)).toContain('curl https://oncallm.example.com/health');
  });

  it('survives any fingerprint', () => {
    expect(pages.waiting('\uD800/../x')).toContain('%EF%BF%BD%2F..%2Fx/events');
  });
});

describe('the inbox', () => {
  const busy = pages.inbox(sampleInbox.busy);

  it('lists open incidents before closed ones, with cause, severity in words, alerts and age', () => {
    const text = textOf(busy);
    expect(text.indexOf('Node worker-3 is not ready')).toBeLessThan(text.indexOf('Image registry.example.com'));
    expect(text).toContain('7 open incidents');
    expect(text).toContain(
      'Critical Node worker-3 is not ready: its kubelet stopped reporting at 02:56 KubeNodeNotReady cluster eu-west 15 min ago 38 of 41 alerts firing certain',
    );
    expect(text).toContain('Looking for the cause of HighErrorRate');
    expect(text).toContain('could not be investigated: the Kubernetes API did not answer within 10 s');
    expect(text).toContain('CPUThrottlingHigh: nothing wrong found');
  });

  it('shows that alerts still arrive', () => {
    expect(textOf(busy)).toMatch(/Last message from Alertmanager 12 s ago 1 investigating, 1 queued Watchdog of default 2 min ago/);
  });

  it('links to the report of the right cluster', () => {
    expect(busy).toContain('href="/report/f000000000000001?cluster=eu-west"');
  });

  it('keeps search and filters, and offers the way out', () => {
    const html = pages.inbox(sampleInbox.filtered);
    expect(html).toContain('value="&quot;>&lt;script>"');
    expect(html).toMatch(/<option value="open" selected>|<option selected value="open">/);
    expect(textOf(html)).toContain('Nothing matches. Show everything');
  });

  it('pages with the same filter', () => {
    const html = pages.inbox({ ...sampleInbox.busy, filter: { limit: 50, search: 'a&b', severity: 'critical', cursor: 'now' } });
    expect(html).toContain('href="/?search=a%26b&amp;severity=critical&amp;cursor=eyJhZnRlciI6IjAxOWI4YzAwIn0"');
    expect(textOf(html)).toContain('Back to the newest');
  });

  it('tells a new user how to connect, with the address that is configured', () => {
    const text = textOf(pages.inbox({ ...sampleInbox.empty, baseUrl }));
    expect(text).toContain("url: 'https://oncallm.example.com/webhook'");
    expect(text).toContain('curl -X POST https://oncallm.example.com/webhook');
    expect(text).toContain('No message from Alertmanager yet');
  });
});

describe('addresses', () => {
  it('begin with the path of the base URL', () => {
    const html = createPages({ baseUrl: 'https://tools.example.com/oncallm/' }).waiting('abc');
    expect(html).toContain('src="/oncallm/assets/client.js"');
    expect(html).toContain('data-events="/oncallm/api/v1/reports/abc/events"');
    expect(html).toContain('href="/oncallm/"');
  });
});

it('says in words what went wrong, and never more than it was told', () => {
  expect(textOf(pages.problem(503, 'The database is locked.'))).toContain('OnCallM is not ready The database is locked.');
  expect(textOf(pages.problem(418, ''))).toContain('That did not work');
  expect(textOf(pages.notFound())).toContain('There is no such page');
});
