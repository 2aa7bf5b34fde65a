import { describe, expect, it } from 'vitest';
import type { Report } from '#domain/report.ts';
import { reportMarkdown } from './markdown.ts';

const report: Report = {
  fingerprint: 'f1',
  alert_name: 'A](javascript:alert(1))',
  namespace: '<img src=x>',
  cluster: 'default',
  status: 'completed',
  status_reason: null,
  created_at: '',
  completed_at: null,
  report_url: 'http://localhost:8001/report/f1',
  alert: {
    status: 'firing',
    labels: { alertname: 'A', evil: '![x](http://evil/?q=1)\n# heading' },
    annotations: {},
    startsAt: '2026-03-01T12:00:00Z',
    endsAt: null,
    generatorURL: '',
    last_seen_at: '',
    repeats: 0,
    truncated_alerts: 0,
    externalURL: '',
  },
  incident: null,
  investigation: null,
  flapping: null,
  history: [],
  analysis: {
    mode: 'rules',
    degraded: ['Prometheus: not configured'],
    summary: 'It broke.',
    inconclusive: false,
    healthy: false,
    ruled_out: [],
    consequences: [],
    impact: '',
    timeline: [],
    root_causes: [
      {
        rank: 1,
        code: 'X',
        title: 'It broke',
        subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
        confidence: 'likely',
        explanation: 'Because.',
        evidence: ['E1'],
        rule: 'x',
        since: null,
        affects: [],
        reasons: [],
      },
    ],
    actions: [{ kind: 'immediate', text: 'Do it.', command: 'kubectl get pods', risk: 'none', cause: 1 }],
    evidence: [
      {
        id: 'E1',
        source: 'kubernetes',
        title: 'Pod',
        subject: null,
        query: 'kubectl get pod x',
        observed_at: '',
        excerpt: '```\n# not a heading\n[a](http://evil)',
        data: {},
      },
    ],
    usage: { duration_ms: 1, kubernetes_requests: 1, llm: null },
    root_cause: '',
    conclusion: '',
    diagnosis: '',
    summary_of_findings: '',
    recommended_actions: '',
    recommendations: '',
    solution: '',
  },
};

describe('the report as Markdown', () => {
  const markdown = reportMarkdown(report);

  it('has the answer before the evidence', () => {
    expect(markdown.indexOf('It broke.')).toBeLessThan(markdown.indexOf('## Evidence'));
    expect(markdown).toContain('Prometheus: not configured');
    expect(markdown).toContain('    kubectl get pods');
  });

  it('makes no link, image, tag or heading out of text from outside', () => {
    const outside = markdown.split('\n').filter((line) => !line.startsWith('    '));
    expect(outside.filter((line) => /(?<!\\)\]\(|(?<!\\)!\[|(?<!\\)<img/.test(line))).toEqual([]);
    expect(outside.filter((line) => line.startsWith('#')).map((line) => line.replace(/\\.*/, ''))).toEqual([
      '# A',
      '## Causes',
      '## Actions',
      '## Evidence',
      '## Could not be read',
      '## Labels',
    ]);
  });

  it('keeps excerpts inside indented blocks', () => {
    expect(markdown).toContain('    ```\n    # not a heading');
  });
});
