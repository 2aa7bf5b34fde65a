import { describe, expect, it } from 'vitest';
import type { Deployment } from '#domain/kubernetes/workload.ts';
import { deployed } from '#testing/failing-client.ts';
import { askIn, container, meta, NOW, only, pod, podSpec, service, type World, workload } from '#testing/world.ts';
import { gatewayMisroute } from './gateway-misroute.ts';

const circumstances = { now: NOW, onset: NOW };
const services = ['ts-order-service', 'ts-travel-service', 'ts-food-service', 'ts-user-service'].map((name) =>
  service(name, { spec: { ports: [{ port: 8080 }] } }),
);
const nginx = (targets: Readonly<Record<string, string>>) =>
  Object.entries(targets)
    .map(([path, to]) => `location /api/v1/${path} {\n  proxy_pass http://${to};\n}`)
    .join('\n');
const RIGHT = {
  orderservice: 'ts-order-service:8080',
  travelservice: 'ts-travel-service:8080',
  foodservice: 'ts-food-service:8080',
  userservice: 'ts-user-service:8080',
};

async function judge(text: string, world: Partial<World> = {}) {
  const volumes = [{ name: 'config', configMap: { name: 'gateway', items: [] } }];
  const { subject, pods } = workload('gateway', [pod('gateway-1')], {
    template: { metadata: meta(''), spec: podSpec({ containers: [container('nginx')], volumes }) },
  });
  const configmaps = [{ kind: 'ConfigMap', metadata: meta('gateway'), data: { 'nginx.conf': text }, binaryKeys: [] }];
  return gatewayMisroute.judge(subject, askIn({ pods, services, configmaps, ...world }), circumstances);
}

function gatewayDeployment(): Deployment {
  const volumes = [{ name: 'config', configMap: { name: 'gateway', items: [] } }];
  return {
    ...deployed('gateway', []),
    spec: { ...deployed('gateway', []).spec, template: { metadata: meta(''), spec: podSpec({ containers: [container('nginx')], volumes }) } },
  };
}

describe('gateway-misroute', () => {
  it('finds a route to a Service that does not exist', async () => {
    expect(only(await judge(nginx({ ...RIGHT, foodservice: 'ts-foods-service:8080' })))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { title: expect.stringContaining('ts-foods-service'), explanation: expect.stringContaining('ts-food-service') },
    });
  });

  it('finds a wrong port', async () => {
    expect(only(await judge(nginx({ ...RIGHT, foodservice: 'ts-food-service:9999' })))).toMatchObject({ claim: { title: expect.stringContaining('9999') } });
  });

  it('leaves a Service to blame that has lost the port at which its own pods listen', async () => {
    const food = service('ts-food-service', { spec: { ports: [{ port: 80 }], selector: { app: 'food' } } });
    const behind = pod('food-1', { metadata: { labels: { app: 'food' } }, spec: { containers: [container('app', { ports: [{ containerPort: 8080 }] })] } });
    const { pods } = workload('gateway', [pod('gateway-1')]);
    const others = services.filter(({ metadata }) => metadata.name !== 'ts-food-service');
    const world = { services: [...others, food], pods: [...pods, behind], deployments: [gatewayDeployment()] };
    expect(only(await judge(nginx(RIGHT), world))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('leaves a route alone whose workload runs and has lost its Service', async () => {
    const rest = services.filter(({ metadata }) => metadata.name !== 'ts-food-service');
    const logs = { 'shop/gateway-1/app': ['[error] 29#29: *1 host not found in upstream "ts-food-service:8080"'] };
    expect(only(await judge(nginx(RIGHT), { services: rest, logs, deployments: [deployed('ts-food-service')] }))).toMatchObject({ verdict: 'ruled-out' });
    expect(only(await judge(nginx(RIGHT), { services: rest, logs }))).toMatchObject({ verdict: 'found' });
  });

  it('takes what HAProxy says of a backend for a complaint about its host', async () => {
    const text = 'frontend in\n  use_backend be_eat if { path_beg /eat }\nbackend be_eat\n  server s1 kitchen:8080 check\n';
    const logs = (backend: string) => ({
      logs: { 'shop/gateway-1/app': [`[WARNING]  (8) : Server ${backend}/s1 is going DOWN for maintenance (DNS NX status). 0 active servers left.`] },
    });
    expect(only(await judge(text, logs('be_eat')))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('kitchen:8080') } });
    expect(only(await judge(text, logs('be_drink')))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('finds a route that leads to another Service than all others of its kind would', async () => {
    expect(only(await judge(nginx({ ...RIGHT, foodservice: 'ts-order-service:8080' })))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('although there is ts-food-service') },
    });
  });

  it('reads Spring Cloud Gateway', async () => {
    const yaml = Object.entries({ ...RIGHT, foodservice: 'ts-order-service:8080' }).map(
      ([path, to]) => `- id: ${path}\n  uri: http://${to}\n  predicates:\n    - Path=/api/v1/${path}/**`,
    );
    expect(only(await judge(yaml.join('\n')))).toMatchObject({ verdict: 'found', claim: { title: expect.stringContaining('foodservice') } });
  });

  it("needs one route only where the words are a gateway's, and is certain with a complaint", async () => {
    const logs = {
      'shop/gateway-1/app': [
        '[error] 29#29: *1 connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://ts-food-service:9999/"',
      ],
    };
    const text = 'upstream food { server ts-food-service:9999; }\nlocation /eat/ {\n  proxy_pass http://food;\n}';
    expect(only(await judge(text, { logs }))).toMatchObject({
      confidence: 'certain',
      claim: { subject: { name: 'gateway' }, title: expect.stringContaining('9999') },
    });
  });

  it('takes requests that were answered as unknown for proof where names alone prove nothing', async () => {
    const text = nginx({ food: 'ts-travel-service:8080', stations: 'ts-travel-service:8080', help: 'ts-user-service:8080' });
    expect(only(await judge(text))).toMatchObject({ verdict: 'ruled-out' });
    const logs = { 'shop/gateway-1/app': ['10.0.0.1 - - "GET /api/v1/food/12 HTTP/1.1" 404 19'] };
    expect(only(await judge(text, { logs }))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('although there is ts-food-service') },
    });
  });

  it('is ruled out when every route leads where it says', async () => {
    expect(only(await judge(nginx(RIGHT)))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not mind routes to the outside, or paths that are not named after Services', async () => {
    expect(only(await judge(nginx({ a: 'ts-order-service:8080', b: 'ts-food-service:8080', c: 'cdn.example.com' })))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not apply to what is no gateway, and is undecided when Services cannot be listed', async () => {
    expect(await judge('level = info')).toEqual([]);
    expect(only(await judge(nginx(RIGHT), { gaps: { services: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });
});
