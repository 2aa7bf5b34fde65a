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

  it('knows a cluster of Envoy by its name where its routes are written elsewhere', () => {
    const text = `
static_resources:
  clusters:
  - name: orders
    load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: orders-api, port_value: 80 } } } }] }] }`;
    expect(short(text)).toEqual([['/orders', 'orders-api', 80]]);
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

  it('reads YARP and Ocelot, as .NET has them in JSON', () => {
    const yarp = {
      ReverseProxy: {
        Routes: { r1: { ClusterId: 'c1', Match: { Path: '/cart/{**rest}' } } },
        Clusters: { c1: { Destinations: { d1: { Address: 'http://cart:8080/' } } } },
      },
    };
    expect(short(JSON.stringify(yarp))).toEqual([['/cart/{**rest}', 'cart', 8080]]);
    const ocelot = { Routes: [{ UpstreamPathTemplate: '/cart/{all}', DownstreamHostAndPorts: [{ Host: 'cart', Port: 8080 }] }] };
    expect(short(JSON.stringify(ocelot))).toEqual([['/cart/{all}', 'cart', 8080]]);
  });

  it('reads KrakenD, APISIX and Tyk', () => {
    const krakend = { endpoints: [{ endpoint: '/cart/{id}', backend: [{ url_pattern: '/{id}', host: ['http://cart:8080'] }] }] };
    expect(short(JSON.stringify(krakend))).toEqual([['/cart/{id}', 'cart', 8080]]);
    expect(
      short(
        'routes:\n- uri: /cart/*\n  upstream:\n    nodes: { "cart:8080": 1 }\n- uri: /mail/*\n  upstream_id: 1\nupstreams:\n- id: 1\n  nodes: [{ host: mail, port: 80 }]',
      ),
    ).toEqual([
      ['/cart/*', 'cart', 8080],
      ['/mail/*', 'mail', 80],
    ]);
    expect(short(JSON.stringify({ proxy: { listen_path: '/cart/', target_url: 'http://cart:8080/' } }))).toEqual([['/cart/', 'cart', 8080]]);
  });

  it('finds none in OpenAPI, in what is no YAML, or in a hostile tree', () => {
    expect(short('openapi: 3.0.0\npaths: { /cart: { get: {} } }')).toEqual([]);
    expect(short('paths: [unclosed')).toEqual([]);
    expect(short('endpoint: /cart\nnodes: [{ host: cart, port: 80 }]\nClusters: [cart]')).toEqual([]);
    expect(short(`paths: ${'['.repeat(5000)}${']'.repeat(5000)}`)).toEqual([]);
    expect(short(`paths: &a [x]\nb: [${Array.from({ length: 500 }, () => '*a').join(',')}]`)).toEqual([]);
  });
});
