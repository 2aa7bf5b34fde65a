import { recreate, workloadOf } from '../draft.ts';
import { access, plain, spring } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { again } from '../third/tell.ts';
import { addObject, familyOf } from './fault.ts';
import { HAPROXY, newFleet } from './fleet.ts';
import { newHotel, ROUTES } from './hotel.ts';
import { envoy, haproxy } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { ENVOY, newVideo } from './video.ts';

const fault = familyOf('services');

function rewrite(draft: Draft, name: string, workload: string, change: (text: string) => string): void {
  for (const one of draft.configMaps) if (one.name === name) one.data = Object.fromEntries(Object.entries(one.data).map(([key, text]) => [key, change(text)]));
  recreate(workloadOf(draft, workload), 8);
}

/** A route of Spring Cloud Gateway to a host of nobody. */
const springHost = fault('spring-host', newHotel, 'GatewayMisroute', 'gateway', (draft) => {
  rewrite(draft, 'gateway-config', 'gateway', () => ROUTES.replace('http://rooms:8080', 'http://room-service:8080'));
  again(
    workloadOf(draft, 'gateway'),
    [
      spring(
        'gateway',
        'ERROR',
        'or-http-epoll-3',
        'a.w.r.e.AbstractErrorWebExceptionHandler',
        '[1f0c-9]  500 Server Error for HTTP GET "/api/rooms/4411"\n\njava.net.UnknownHostException: Failed to resolve \'room-service\' [A(1)] after 4 queries',
      ),
    ],
    7,
    0.3,
  );
});

/** The offers are sent to the bookings, which do not know that path. */
const springCross = fault('spring-cross', newHotel, 'GatewayMisroute', 'gateway', (draft) => {
  rewrite(draft, 'gateway-config', 'gateway', () => ROUTES.replace('http://offers:8080', 'http://bookings:8080'));
  again(
    workloadOf(draft, 'bookings'),
    [
      spring(
        'bookings',
        'WARN',
        'nio-8080-exec-5',
        '.w.s.m.s.DefaultHandlerExceptionResolver',
        'Resolved [org.springframework.web.servlet.resource.NoResourceFoundException: No static resource api/offers/today.]',
      ),
    ],
    7,
    0.3,
  );
  again(workloadOf(draft, 'gateway'), [access('/api/offers/today', 404, 112, 'Mozilla/5.0', '10.42.2.1')], 7, 0.3);
});

/** Envoy's cluster has a port that its Service has not. */
const envoyPort = fault('envoy-port', newVideo, 'GatewayMisroute', 'player-edge', (draft) => {
  rewrite(draft, 'player-edge', 'player-edge', () => ENVOY.replace('port_value: 3000', 'port_value: 8000'));
  again(
    workloadOf(draft, 'player-edge'),
    [envoy('/api/titles', 503, 'UF,URX', 'upstream_reset_before_response_started{connection_timeout}', ({ clusterIpOf }) => `${clusterIpOf('api')}:8000`)],
    7,
    0.3,
  );
});

/** HAProxy checks a server of a name that is not there. */
const haproxyHost = fault('haproxy-host', newFleet, 'GatewayMisroute', 'haproxy', (draft) => {
  rewrite(draft, 'haproxy', 'haproxy', () => HAPROXY.replace('track-api:8080', 'tracks-api:8080'));
  again(
    workloadOf(draft, 'haproxy'),
    [
      haproxy(
        'WARNING',
        'Server be_tracks/s1 is going DOWN for maintenance (DNS NX status). 0 active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.',
      ),
      plain("[ALERT]    (8) : backend 'be_tracks' has no server available!"),
      plain('10.42.2.1:38122 [-] web be_tracks/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 3/3/0/0/0 0/0 "GET /tracks/NT-4411 HTTP/1.1"'),
    ],
    7,
    0.6,
  );
});

/** An Ingress with the port of the pods where the Service has another. */
const ingressPort = fault(
  'ingress-port',
  newRetail,
  'GatewayMisroute',
  `Ingress/${of('shop')}`,
  (draft) => {
    addObject(draft, 'networking.k8s.io/v1', 'IngressClass', 'traefik', 90_000, { spec: { controller: 'traefik.io/ingress-controller' } }, null);
    const path = (prefix: string, service: string, port: number): unknown => ({
      path: prefix,
      pathType: 'Prefix',
      backend: { service: { name: service, port: { number: port } } },
    });
    addObject(draft, 'networking.k8s.io/v1', 'Ingress', of('shop'), 9, {
      spec: {
        ingressClassName: 'traefik',
        rules: [{ host: 'www.alpina-outfit.example', http: { paths: [path('/', of('storefront'), 8080), path('/api', of('shop-web'), 3000)] } }],
      },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.77' }] } },
    });
  },
  'PartialServiceUnreachability',
);

export const gateways = [springHost, springCross, envoyPort, haproxyHost, ingressPort];
