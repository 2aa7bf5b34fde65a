import { describe, expect, it } from 'vitest';
import type { Service } from '#domain/kubernetes/network.ts';
import { meta } from '#testing/world.ts';
import { findPrometheus } from './find-prometheus.ts';

function service(name: string, port: number, labels: Record<string, string> = {}): Service {
  return { kind: 'Service', metadata: meta(name, { namespace: 'monitoring', labels }), spec: { selector: {}, ports: [{ port }] } };
}

describe('findPrometheus', () => {
  it('finds what serves the API, a querier before a single server', () => {
    expect(
      findPrometheus([service('prometheus-operated', 9090), service('prometheus-k8s', 9090), service('thanos-query', 9090), service('checkout', 9090)]),
    ).toEqual(['http://thanos-query.monitoring.svc:9090', 'http://prometheus-k8s.monitoring.svc:9090', 'http://prometheus-operated.monitoring.svc:9090']);
  });

  it('knows the prefixes of the others, and the usual label', () => {
    expect(
      findPrometheus([service('vmselect-main', 8481), service('mimir-nginx', 80), service('metrics', 9090, { 'app.kubernetes.io/name': 'prometheus' })]),
    ).toEqual([
      'http://mimir-nginx.monitoring.svc:80/prometheus',
      'http://vmselect-main.monitoring.svc:8481/select/0/prometheus',
      'http://metrics.monitoring.svc:9090',
    ]);
  });

  it('finds none where there is none, or on another port', () => {
    expect(findPrometheus([service('checkout', 8080), service('prometheus-k8s', 8080)])).toEqual([]);
  });
});
