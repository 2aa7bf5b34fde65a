import { describe, expect, it } from 'vitest';
import type { EnvVar } from '#domain/kubernetes/pod.ts';
import { deployed } from '#testing/failing-client.ts';
import { askIn, container, meta, NOW, only, pod, service, type World, workload } from '#testing/world.ts';
import { environmentAddressMismatch } from './environment-address-mismatch.ts';

const circumstances = { now: NOW, onset: NOW };
const services = [service('cart', { spec: { ports: [{ port: 7070 }] } }), service('redis', { spec: { ports: [{ port: 6379 }] } })];

async function judge(env: readonly EnvVar[], world: Partial<World> = {}) {
  const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: [container('app', { env })] } })]);
  return environmentAddressMismatch.judge(subject, askIn({ pods, services, deployments: [deployed('web', env)], ...world }), circumstances);
}

describe('environment-address-mismatch', () => {
  it('is certain when the log complains of a name that is nearly right', async () => {
    const logs = { 'shop/web-1/app': ['dial tcp: lookup redis-old on 10.96.0.10:53: no such host'] };
    const verdict = only(await judge([{ name: 'CACHE', value: 'redis-old:6379' }], { logs }));
    expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('redis:6379 is probably meant') } });
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toBe('kubectl -n shop set env deployment/web -c app CACHE=redis:6379');
  });

  it('knows a full name in a namespace that is not there, and says nothing of one that is', async () => {
    const env = [{ name: 'CART_URL', value: 'http://cart.orders.svc.cluster.local:7070' }];
    const namespaces = ['shop', 'default', 'kube-system'].map((name) => ({
      kind: 'Namespace',
      metadata: meta(name),
      status: { phase: 'Active', conditions: [] },
    }));
    const logs = { 'shop/web-1/app': ['dial tcp: lookup cart.orders.svc.cluster.local on 10.96.0.10:53: no such host'] };
    expect(only(await judge(env, { logs, namespaces }))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('cart.shop.svc.cluster.local:7070 is probably meant') },
    });
    const there = [...namespaces, { kind: 'Namespace', metadata: meta('orders'), status: { phase: 'Active', conditions: [] } }];
    expect(only(await judge(env, { logs, namespaces: there }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('knows a short name in a namespace that is not there by the complaint only: it may be a host outside', async () => {
    const env = [{ name: 'CART_URL', value: 'http://cart.staging:7070' }];
    const namespaces = ['shop', 'default'].map((name) => ({ kind: 'Namespace', metadata: meta(name), status: { phase: 'Active', conditions: [] } }));
    const logs = { 'shop/web-1/app': ['java.net.UnknownHostException: cart.staging'] };
    expect(only(await judge(env, { logs, namespaces }))).toMatchObject({
      verdict: 'found',
      claim: { title: expect.stringContaining('there is no Service cart.staging; cart.shop:7070 is probably meant') },
    });
    expect(only(await judge(env, { namespaces }))).toMatchObject({ verdict: 'undecided' });
    expect(await judge([{ name: 'CART_URL', value: 'http://status.staging:7070' }], { namespaces })).not.toContainEqual(
      expect.objectContaining({ verdict: 'found' }),
    );
  });

  it('leaves a variable that is a route of a gateway to the rule for routes', async () => {
    const logs = { 'shop/web-1/app': ['HttpRequestException: Name or service not known (cart-api:7070)'] };
    expect(await judge([{ name: 'ReverseProxy__Clusters__cart__Destinations__d1__Address', value: 'http://cart-api:7070/' }], { logs })).toEqual([]);
    expect(only(await judge([{ name: 'Cart__Address', value: 'http://cart-api:7070/' }], { logs }))).toMatchObject({ verdict: 'found' });
  });

  it('is likely for a slip of the finger that nobody complains of yet', async () => {
    expect(only(await judge([{ name: 'CACHE', value: 'rediss:6379' }]))).toMatchObject({ confidence: 'likely' });
  });

  it('finds a port that the Service does not have', async () => {
    expect(only(await judge([{ name: 'CART_ADDR', value: 'cart:7071' }]))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('has no port 7071') },
    });
  });

  it('leaves the port of a database, a cache or a broker to the rule for dependencies', async () => {
    expect(await judge([{ name: 'CACHE', value: 'redis:6380' }])).toEqual([]);
  });

  it('leaves the Service to blame when several callers agree', async () => {
    const env = [{ name: 'CACHE', value: 'redis:6380' }];
    expect(only(await judge(env, { deployments: [deployed('web', env), deployed('api', env)] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('does not take an unknown name for a mistake: it may be something outside', async () => {
    expect(only(await judge([{ name: 'ASSISTANT_ADDR', value: 'assistant:80' }]))).toMatchObject({ verdict: 'undecided' });
  });

  it('leaves a Service that is missing for a workload that is there to the rule for it', async () => {
    const env = [{ name: 'MAIL_ADDR', value: 'mail:25' }];
    expect(only(await judge(env, { deployments: [deployed('web', env), deployed('mail')] }))).toMatchObject({ verdict: 'ruled-out' });
  });

  it('finds a variable that is named after another Service than it leads to', async () => {
    const names = ['cart', 'mail', 'payment', 'search'];
    const env = names.map((name) => ({ name: `${name.toUpperCase()}_SERVICE_ADDR`, value: name === 'search' ? 'cart:80' : `${name}:80` }));
    expect(only(await judge(env, { services: names.map((name) => service(name)) }))).toMatchObject({
      confidence: 'likely',
      claim: { title: expect.stringContaining('search') },
    });
  });

  it('is silent about what resolves by other means and about names outside', async () => {
    for (const value of ['10.1.2.3:80', 'localhost:80', 'db.example.com:5432', 'https://api.stripe.com/v1', 'redis:6379']) {
      expect(
        only(
          await judge([{ name: 'ADDR', value }]).then((verdicts) =>
            [verdicts].flat().length === 0 ? { verdict: 'ruled-out', why: '', citations: [] } : verdicts,
          ),
        ),
      ).toMatchObject({ verdict: 'ruled-out' });
    }
  });

  it('never shows the password of a URL', async () => {
    const verdict = only(await judge([{ name: 'CACHE', value: 'redis://user:hunter2@rediss:6379/0' }]));
    expect(JSON.stringify(verdict)).not.toContain('hunter2');
  });

  it('is undecided when Services cannot be listed', async () => {
    expect(only(await judge([{ name: 'CACHE', value: 'rediss:6379' }], { gaps: { services: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
  });

  it('sets the variable of the port where host and port have their own', async () => {
    const env = [
      { name: 'CART_HOST', value: 'cart' },
      { name: 'CART_PORT', value: '7071' },
    ];
    const verdict = only(await judge(env));
    expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toBe('kubectl -n shop set env deployment/web -c app CART_PORT=7070');
  });
});
