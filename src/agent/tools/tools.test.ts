import { describe, expect, test } from 'vitest';
import { scriptedLlm } from '#testing/models/scripted-llm.ts';
import { shopRun, shopWorld } from '#testing/models/shop-case.ts';
import { container, pod, service, type World } from '#testing/world.ts';
import { runAgent } from '../run-agent.ts';

/** What the model is told when it calls one tool. */
async function told(name: string, input: object, world: World = shopWorld): Promise<string> {
  const llm = scriptedLlm([{ calls: [{ name, input }] }, { text: '{"causes": [], "inconclusive": true}' }]);
  await runAgent(shopRun(llm, { world }));
  const turn = llm.requests[1]?.turns.at(-1);
  return turn?.role === 'tools' ? (turn.results[0]?.text ?? '') : '';
}

describe('service_map', () => {
  const env = [
    { name: 'ORDERS_URL', value: 'postgres://app:s3cr3tword@orders-db.shop.svc:5433/orders?sslmode=off' },
    { name: 'PAYMENTS', value: 'payments:8080' },
    { name: 'API_TOKEN', value: 'abcdef:1234' },
  ];
  const world: World = {
    pods: [
      pod('web-1', { spec: { containers: [container('server', { env, args: ['--cache=redis:6379', '--password=letmein:99'] })] } }),
      pod('orders-db-0', { metadata: { labels: { app: 'orders-db' } } }),
    ],
    services: [service('orders-db'), service('redis')],
    ingresses: [
      {
        kind: 'Ingress',
        metadata: { ...service('front').metadata, name: 'front' },
        spec: { tls: [], rules: [{ host: 'shop.example', paths: [{ path: '/', backend: { serviceName: 'orders-db', servicePort: 80 } }] }] },
        status: { loadBalancer: [] },
      },
    ],
  };

  test('says who serves and who calls whom, and which names are no Service', async () => {
    const text = await told('service_map', { namespace: 'shop' }, world);
    expect(text).toContain('2 Services');
    expect(text).toMatch(
      /Service shop\/orders-db; .*selector app=orders-db; pods 1 ready of 1: orders-db-0; called by Pod shop\/web-1 \(ORDERS_URL, port 5433\); behind Ingress front/,
    );
    expect(text).toMatch(/Service shop\/redis; .*pods 0 ready of 0; called by Pod shop\/web-1 \(cache, port 6379\)/);
    expect(text).toContain('Pod shop/web-1 is told to call payments:8080 (PAYMENTS); there is no Service payments in shop');
  });

  test('shows no secret', async () => {
    expect(await told('service_map', { namespace: 'shop' }, world)).not.toMatch(/s3cr3tword|abcdef|letmein/);
  });

  test('of one Service', async () => {
    const text = await told('service_map', { namespace: 'shop', service: 'redis' }, world);
    expect(text).toContain('1 Services');
    expect(text).not.toContain('Service shop/orders-db;');
  });

  test('what cannot be read is no map', async () => {
    expect(await told('service_map', { namespace: 'shop' }, { gaps: { services: 'forbidden' } })).toContain('This proves nothing');
  });
});

describe('search_logs', () => {
  test('finds a text in the logs of all pods, also before a restart', async () => {
    const text = await told('search_logs', { namespace: 'shop', search: 'REFUSED' });
    expect(text).toContain('checkout-6d9f7c5b48-x2vlq/server (previous): FATAL dial tcp 10.96.0.10:5433: connect: connection refused');
    expect(text).not.toContain('ghp_a1B2');
  });

  test('of the pods that are meant', async () => {
    expect(await told('search_logs', { namespace: 'shop', pod_prefix: 'orders', search: 'refused' })).toContain('0 lines in the logs of 1 pods');
  });
});

describe('metric', () => {
  const at = (minute: number) => Date.parse('2026-03-01T11:00:00Z') + minute * 60_000;
  const counter = (labels: Readonly<Record<string, string>>, perMinute: number) => ({
    labels,
    samples: Array.from({ length: 60 }, (_, minute) => ({ at: at(minute), value: minute * perMinute })),
  });
  const world: World = {
    metrics: { http_requests_total: [counter({ pod: 'a', code: '200' }, 60), counter({ pod: 'b', code: '200' }, 120), counter({ pod: 'a', code: '500' }, 6)] },
  };
  const input = { metric: 'http_requests_total', matchers: [] };

  test('as recorded', async () => {
    expect(await told('metric', input, world)).toContain('{pod="a",code="500"} 60 samples, lowest 0, median 177, highest 354');
  });

  test('as rates, combined by labels', async () => {
    const text = await told('metric', { ...input, show: 'rate', by: ['code'] }, world);
    expect(text).toContain('2 series: per-second rate of http_requests_total, sum by (code)');
    expect(text).toMatch(/\{code="200"\} 59 samples, lowest 3, median 3, highest 3/);
    expect(text).toMatch(/\{code="500"\} 59 samples, lowest 0.1, median 0.1, highest 0.1/);
  });

  test('all in one, by their mean or the largest', async () => {
    expect(await told('metric', { ...input, show: 'rate', by: [], combine: 'max' }, world)).toContain('{} 59 samples, lowest 2, median 2, highest 2');
    expect(await told('metric', { ...input, show: 'rate', by: ['code'], combine: 'mean' }, world)).toContain('{code="200"} 59 samples, lowest 1.5');
  });

  test('by how much a counter grew, and the newest value', async () => {
    expect(await told('metric', { ...input, show: 'increase' }, world)).toContain('{pod="b",code="200"} 7080');
    expect(await told('metric', { ...input, show: 'now' }, world)).toContain('{pod="a",code="200"} 3540');
  });
});
