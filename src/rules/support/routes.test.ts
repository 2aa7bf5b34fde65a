import { describe, expect, it } from 'vitest';
import { closeness, gist, routesIn } from './routes.ts';

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

  it('reads Apache, Caddy and HAProxy', () => {
    const short = (text: string) => routesIn(text).map(({ path, host, port, ofGateway }) => [path, host, port, ofGateway]);
    expect(short('ProxyPass "/cart" "http://cart:7070/"\n')).toEqual([['/cart', 'cart', 7070, true]]);
    expect(short('shop.example {\n  handle_path /cart/* {\n    reverse_proxy cart:7070\n  }\n}')).toEqual([['/cart/*', 'cart', 7070, true]]);
    expect(
      short(
        'frontend in\n  acl c path_beg /cart\n  use_backend cart if c\n  use_backend mail if { path_beg /mail }\nbackend cart\n  server a cart:7070\nbackend mail\n  server a mail:80',
      ),
    ).toEqual([
      ['/cart', 'cart', 7070, true],
      ['/mail', 'mail', 80, true],
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

it('tells how much a path is about a Service', () => {
  expect([
    closeness('/api/orders/**', 'order-service'),
    closeness('/cart/items', 'cart'),
    closeness('/api/seats', 'seat-inventory'),
    closeness('/api/orders', 'event-catalog'),
  ]).toEqual([3, 2, 1, 0]);
});

it('sees the same word in a path, a Service and a variable', () => {
  for (const name of ['/api/v1/orderservice/**', 'ts-order-service', 'ORDER_SERVICE_ADDR', 'order']) expect(gist(name)).toBe('order');
});
