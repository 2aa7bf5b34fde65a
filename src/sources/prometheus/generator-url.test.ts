import { describe, expect, it } from 'vitest';
import { parseGeneratorUrl } from './generator-url.ts';

const EXPRESSION = 'rate(x{a="b"}[5m]) > 0.5';
const ENCODED = encodeURIComponent(EXPRESSION);

describe('parseGeneratorUrl', () => {
  it.each([
    ['Prometheus', `http://prom:9090/graph?g0.expr=${ENCODED}&g0.tab=1`],
    ['Prometheus with plus signs', 'http://prom:9090/prometheus/graph?g0.expr=rate%28x%7Ba%3D%22b%22%7D%5B5m%5D%29+%3E+0.5&g0.tab=1'],
    ['Prometheus 3', `http://prom:9090/query?g0.expr=${ENCODED}`],
    ['vmalert', `http://vmui/vmui/?expr=${ENCODED}`],
    ['Grafana explore', `http://grafana/explore?left=${encodeURIComponent(JSON.stringify({ queries: [{ refId: 'A', expr: EXPRESSION }] }))}`],
    ['Grafana explore, panes', `http://grafana/explore?panes=${encodeURIComponent(JSON.stringify({ x: { queries: [{ expr: EXPRESSION }] } }))}`],
  ])('%s', (_, url) => {
    expect(parseGeneratorUrl(url)).toBe(EXPRESSION);
  });

  it.each([
    '',
    'not a url',
    'http://grafana/alerting/grafana/abc/view',
    'http://x/?left={',
    'http://x/graph?g0.expr=',
    `http://x/graph?g0.expr=${'x'.repeat(60_000)}`,
  ])('nothing in %s', (url) => {
    expect(parseGeneratorUrl(url)).toBeUndefined();
  });
});
