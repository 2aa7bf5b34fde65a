import { describe, expect, it } from 'vitest';
import { sampleReports } from '#testing/sample-reports.ts';
import { evidenceAnchor, linksOf, silenceUrl } from './links.ts';

describe('links of a report', () => {
  it('offers runbook, dashboard, Prometheus and silence', () => {
    expect(linksOf(sampleReports.answered).map(({ text }) => text)).toEqual(['Runbook', 'Dashboard', 'The alert in Prometheus', 'Silence this alert']);
  });

  it('offers no link that is not http(s)', () => {
    const { alert } = sampleReports.hostile;
    const links = linksOf({ alert: { ...alert, annotations: { runbook_url: 'javascript:alert(1)', dashboard_url: 'data:text/html,x' } } });
    expect(links).toEqual([]);
  });
});

describe('the link to a new silence', () => {
  it('carries every label as a matcher', () => {
    const url = silenceUrl('http://alertmanager:9093/am/', { alertname: 'Down', 'k8s.pod': 'a"b\\c\nd' }) ?? '';
    expect(url).toMatch(/^http:\/\/alertmanager:9093\/am\/#\/silences\/new\?filter=/);
    expect(decodeURIComponent(url.split('filter=')[1] ?? '')).toBe('{alertname="Down", "k8s.pod"="a\\"b\\\\c\\nd"}');
  });

  it('is not made of labels too long for a link, nor without labels', () => {
    expect(silenceUrl('http://alertmanager:9093', { alertname: 'x'.repeat(1_048_576) })).toBeNull();
    expect(silenceUrl('http://alertmanager:9093', {})).toBeNull();
  });

  it('survives half a surrogate pair', () => {
    expect(silenceUrl('http://alertmanager:9093', { alertname: '\uD800' })).toContain('%EF%BF%BD');
  });
});

it('makes anchors of evidence ids only', () => {
  expect(evidenceAnchor('E12')).toBe('evidence-E12');
  expect(evidenceAnchor('E1"><script>')).toBeNull();
});
