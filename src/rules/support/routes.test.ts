import { describe, expect, it } from 'vitest';
import { gist, routesIn, routesInEnvironment } from './routes.ts';

describe('routesIn', () => {
  it('reads nginx, with upstreams', () => {
    const text =
      'upstream cart { server cart-service:7070; }\nlocation /cart/ {\n  proxy_pass http://cart;\n}\nlocation = /mail { proxy_pass http://mail:80/; }\n# location /old { proxy_pass http://old; }';
    expect(routesIn(text).map(({ path, host, port }) => [path, host, port])).toEqual([
      ['/cart/', 'cart-service', 7070],
      ['/mail', 'mail', 80],
    ]);
  });

  it('reads Spring, whose predicates come behind the uri', () => {
    const text =
      'routes:\n- id: a\n  uri: http://a-service:80\n  predicates:\n  - Path=/a/**\n- id: b\n  uri: lb://b-service:81\n  predicates:\n  - Path=/b/**';
    expect(routesIn(text).map(({ path, host }) => [path, host])).toEqual([
      ['/a/**', 'a-service'],
      ['/b/**', 'b-service'],
    ]);
  });

  it('finds none in other files, and costs little on hostile ones', () => {
    expect(routesIn('log.level=info\nname: cart')).toEqual([]);
    const began = performance.now();
    routesIn(`location /${'a'.repeat(300_000)}`);
    routesIn('uri: http://a\n'.repeat(50_000));
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

it('reads routes in variables', () => {
  const variables = [
    { name: 'SPRING_CLOUD_GATEWAY_ROUTES_0_URI', value: 'http://cart:80' },
    { name: 'SPRING_CLOUD_GATEWAY_ROUTES_0_PREDICATES_0', value: 'Path=/cart/**' },
  ];
  expect(routesInEnvironment(variables)).toMatchObject([{ path: '/cart/**', host: 'cart', port: 80 }]);
});

it('sees the same word in a path, a Service and a variable', () => {
  for (const name of ['/api/v1/orderservice/**', 'ts-order-service', 'ORDER_SERVICE_ADDR', 'order']) expect(gist(name)).toBe('order');
});
