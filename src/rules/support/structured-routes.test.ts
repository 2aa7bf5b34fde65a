import { describe, expect, it } from 'vitest';
import { structuredRoutes } from './structured-routes.ts';

const short = (text: string) => structuredRoutes(text).map(({ path, host, port }) => [path, host, port]);

describe('structuredRoutes', () => {
  it('reads Envoy, whose routes name clusters', () => {
    const text = `
static_resources:
  listeners:
  - filter_chains: [{ filters: [{ typed_config: { route_config: { virtual_hosts: [{ routes: [{ match: { prefix: /cart }, route: { cluster: c1 } }] }] } } }] }]
  clusters:
  - name: c1
    load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: cart, port_value: 7070 } } } }] }] }`;
    expect(short(text)).toEqual([['/cart', 'cart', 7070]]);
  });

  it('reads Traefik, whose routers name services', () => {
    const text = `
http:
  routers: { cart: { rule: "Host(\`shop\`) && PathPrefix(\`/cart\`)", service: one } }
  services: { one: { loadBalancer: { servers: [{ url: "http://cart:80" }] } } }`;
    expect(short(text)).toEqual([['/cart', 'cart', 80]]);
  });

  it('reads Kong, by URL and by host', () => {
    const text = `
_format_version: "3.0"
services:
- { name: a, url: "http://cart:80/", routes: [{ paths: [/cart] }] }
- { name: b, host: orders, port: 8080, routes: [{ paths: [/orders] }] }`;
    expect(short(text)).toEqual([
      ['/cart', 'cart', 80],
      ['/orders', 'orders', 8080],
    ]);
  });

  it('finds none in OpenAPI, in what is no YAML, or in a hostile tree', () => {
    expect(short('openapi: 3.0.0\npaths: { /cart: { get: {} } }')).toEqual([]);
    expect(short('paths: [unclosed')).toEqual([]);
    expect(short(`paths: ${'['.repeat(5000)}${']'.repeat(5000)}`)).toEqual([]);
    expect(short(`paths: &a [x]\nb: [${Array.from({ length: 500 }, () => '*a').join(',')}]`)).toEqual([]);
  });
});
