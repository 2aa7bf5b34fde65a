import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addService } from '../network.ts';
import { addDeployment } from '../workloads.ts';

const DAY = 60 * 24;

/** Somebody renames the label in the Service of the price list but not in the pods: it has no endpoints any more. */
export function selectorMismatch(): Story {
  const world = baseCluster('2026-01-22T16:05:45Z', 'shopfront');
  const prices = app({ name: 'price-list', image: 'registry.kaffeekontor.example/shop/price-list:3.4.0', team: 'shopfront' });
  const { pods } = addDeployment(world, {
    name: 'price-list',
    replicas: 3,
    revisions: [
      { template: prices, agoMinutes: 9 * DAY, pods: ['worker-1', 'worker-2', 'worker-3'].map((node) => ({ is: 'running', agoMinutes: 9 * DAY, node })) },
    ],
  });
  for (const pod of pods.flat()) {
    world.log(pod, 'price-list', [
      [9, 'level=info msg="price served" sku=K-2231 duration_ms=6'],
      [8.1, 'level=info msg="price served" sku=K-0910 duration_ms=5'],
      [7.8, 'level=info msg="price served" sku=K-1177 duration_ms=6'],
    ]);
  }
  addService(world, {
    name: 'price-list',
    agoMinutes: 130 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { app: 'price-list' },
    clusterIP: '10.96.120.4',
    managedFields: [
      {
        manager: 'helm',
        operation: 'Update',
        apiVersion: 'v1',
        time: world.ago(130 * DAY),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:ports': {}, 'f:type': {} } },
      },
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: 'v1',
        time: world.ago(7.6),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:selector': {} } },
      },
    ],
  });
  const basket = app({
    name: 'basket',
    image: 'registry.kaffeekontor.example/shop/basket:6.2.2',
    team: 'shopfront',
    container: { env: [{ name: 'PRICE_LIST_URL', value: 'http://price-list.shopfront.svc.cluster.local' }] },
  });
  const { pods: baskets } = addDeployment(world, {
    name: 'basket',
    replicas: 2,
    revisions: [{ template: basket, agoMinutes: 4 * DAY, pods: ['worker-1', 'worker-3'].map((node) => ({ is: 'running', agoMinutes: 4 * DAY, node })) }],
  });
  for (const pod of baskets.flat()) {
    world.log(pod, 'basket', [
      [8.4, 'level=info msg="basket priced" items=3 duration_ms=31'],
      [
        7.5,
        'level=error msg="cannot price basket" error="Get \\"http://price-list.shopfront.svc.cluster.local/prices\\": dial tcp 10.96.120.4:80: connect: connection refused"',
      ],
      [
        4.2,
        'level=error msg="cannot price basket" error="Get \\"http://price-list.shopfront.svc.cluster.local/prices\\": dial tcp 10.96.120.4:80: connect: connection refused"',
      ],
      [
        0.6,
        'level=error msg="cannot price basket" error="Get \\"http://price-list.shopfront.svc.cluster.local/prices\\": dial tcp 10.96.120.4:80: connect: connection refused"',
      ],
    ]);
  }
  addService(world, {
    name: 'basket',
    agoMinutes: 130 * DAY,
    port: 80,
    targetPort: 'http',
    selector: { 'app.kubernetes.io/name': 'basket' },
    clusterIP: '10.96.120.5',
  });
  quietNeighbour(world, app({ name: 'catalogue', image: 'registry.kaffeekontor.example/shop/catalogue:2.0.5', team: 'shopfront' }), '10.96.120.6', [
    'worker-2',
    'worker-3',
  ]);

  return {
    name: 'selector-mismatch',
    world,
    groupLabels: { alertname: 'HighErrorRate', namespace: 'shopfront' },
    alerts: [
      {
        labels: { alertname: 'HighErrorRate', namespace: 'shopfront', service: 'basket', severity: 'critical' },
        annotations: {
          summary: 'More than 5% of the requests to basket fail',
          description: '61.4% of the requests to basket in namespace shopfront were answered with 5xx in the last 5 minutes.',
        },
        firedAgo: 4.1,
        expression:
          'sum by (namespace, service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (namespace, service) (rate(http_requests_total[5m])) > 0.05',
      },
    ],
    expected: {
      title: 'The selector of the Service price-list was edited and matches no pod',
      codes: ['ServiceSelectorMismatch'],
      objects: [{ kind: 'Service', namespace: 'shopfront', name: 'price-list' }],
      healthy: false,
    },
  };
}
