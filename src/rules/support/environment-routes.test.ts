import { expect, it } from 'vitest';
import { routesInEnvironment } from './environment-routes.ts';

const short = (variables: Readonly<Record<string, string>>) =>
  routesInEnvironment(Object.entries(variables).map(([name, value]) => ({ name, value }))).map(({ path, host, port, variable }) => [
    path,
    host,
    port,
    variable,
  ]);

it('reads Spring Cloud Gateway and Zuul', () => {
  const uri = 'SPRING_CLOUD_GATEWAY_ROUTES_0_URI';
  expect(short({ [uri]: 'http://cart:80', SPRING_CLOUD_GATEWAY_ROUTES_0_PREDICATES_0: 'Path=/cart/**' })).toEqual([['/cart/**', 'cart', 80, uri]]);
  expect(short({ ZUUL_ROUTES_CART_URL: 'http://cart:80' })).toEqual([['/cart', 'cart', 80, 'ZUUL_ROUTES_CART_URL']]);
});

it('reads YARP, with and without its routes, and Ocelot', () => {
  const address = 'ReverseProxy__Clusters__cart__Destinations__d1__Address';
  expect(short({ [address]: 'http://cart:8080/' })).toEqual([['/cart', 'cart', 8080, address]]);
  expect(
    short({ [address]: 'http://cart:8080/', ReverseProxy__Routes__r1__ClusterId: 'cart', ReverseProxy__Routes__r1__Match__Path: '/basket/{**rest}' }),
  ).toEqual([['/basket/{**rest}', 'cart', 8080, address]]);
  const host = 'Routes__0__DownstreamHostAndPorts__0__Host';
  expect(short({ [host]: 'cart', Routes__0__DownstreamHostAndPorts__0__Port: '8080', Routes__0__UpstreamPathTemplate: '/cart/{everything}' })).toEqual([
    ['/cart/{everything}', 'cart', 8080, host],
  ]);
});

it('takes the address of an ordinary client for no route', () => {
  expect(short({ CART_URL: 'http://cart:80', Cart__Url: 'http://cart:8080', ROUTES_FILE: '/etc/routes.yaml', Routes__0__Name: 'http://cart:80' })).toEqual([]);
});
