import { describe, expect, it } from 'vitest';
import { metricIn, readMetricFacts } from './metric-facts.ts';

describe('the metric of an expression', () => {
  it.each([
    ['errors:ratio > 0.1', 'errors:ratio'],
    ['sum by (job, le) (rate(http_request_duration_seconds_bucket{job="api", code=~"5.."}[5m])) > 1e3', 'http_request_duration_seconds_bucket'],
    ['rate(x_total[5m]) / on (pod) rate(x_total[5m] offset 1h) > bool 2', 'x_total'],
    ['absent(up{job="a b (c"})', 'up'],
    ['a_total / b_total > 1', undefined],
    ['vector(1)', undefined],
    ['', undefined],
  ])('of %s is %s', (expression, metric) => {
    expect(metricIn(expression)).toBe(metric);
  });
});

describe('what is known of a metric', () => {
  it('is what was exposed, by the name of its family', () => {
    const data = { http_request_duration_seconds: [{ type: 'histogram', help: 'How long\nrequests take.', unit: '' }] };
    expect(readMetricFacts(data, 'http_request_duration_seconds_bucket')).toEqual({
      metric: 'http_request_duration_seconds_bucket',
      type: 'histogram',
      unit: 'seconds',
      help: 'How long requests take.',
    });
  });

  it('is at least the unit that the name ends in', () => {
    expect(readMetricFacts({}, 'service:latency_p95_ms')).toMatchObject({ unit: 'milliseconds', type: undefined });
    expect(readMetricFacts({ x: 'nonsense' }, 'node_network_receive_bytes_total')).toMatchObject({ unit: 'bytes' });
  });

  it.each([[{}], [null], ['text'], [{ up: [{ type: 'unknown', help: 7 }] }]])('is nothing in %j', (data) => {
    expect(readMetricFacts(data, 'up')).toBeUndefined();
  });
});
