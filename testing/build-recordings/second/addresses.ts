import { replicasMismatch } from '../alerts.ts';
import { onMain, recreate, serviceOf, setEnv, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { access, pino } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { addPart, log4j, newRailway, slog } from './railway.ts';
import { again, burn, expect, upstream } from './shared-lines.ts';

// The gateway's own configuration sends a path to the wrong one of the Services, which answers, but with 404.
function nginxMisroute(): Draft {
  const draft = newRailway('b-nginx-misroute');
  const edge = addPart(draft, 'edge', {
    image: 'nginx:1.27',
    port: 8080,
    spec: { volumes: [{ name: 'conf', configMap: { name: 'edge-conf' } }] },
    container: { volumeMounts: [{ name: 'conf', mountPath: '/etc/nginx/conf.d' }] },
  });
  const location = (path: string, to: string): string => `  location /api/v1/${path}/ {\n    proxy_pass http://${to};\n    proxy_set_header Host $host;\n  }\n`;
  draft.configMaps.push({
    name: 'edge-conf',
    ago: 31,
    data: {
      'default.conf': `server {\n  listen 8080;\n${location('order', 'station:12345')}${location('travel', 'travel:12346')}${location('station', 'station:12345')}}\n`,
    },
  });
  again(edge, [access('/api/v1/order/list', 404, 112, 'okhttp/4.12', '10.42.1.9')], 26, 0.8);
  again(workloadOf(draft, 'station'), [log4j('WARN', 'o.s.web.servlet.PageNotFound', 'No mapping for GET /api/v1/order/list')], 26, 0.8);
  burn(draft);
  return expect(draft, 'GatewayMisroute', 'edge', 'services');
}

function envMisroute(): Draft {
  const draft = newRailway('b-gateway-env-misroute');
  const gateway = workloadOf(draft, 'gateway');
  recreate(
    gateway,
    27,
    onMain((main) => setEnv(main, 'ORDER_URL', 'http://travel:12346')),
  );
  again(gateway, [log4j('WARN', 'c.b.gateway.Proxy', 'POST /api/orders -> http://travel:12346/api/orders 404 Not Found in 4ms')]);
  again(workloadOf(draft, 'travel'), [log4j('WARN', 'o.s.web.servlet.PageNotFound', 'No mapping for POST /api/orders')]);
  burn(draft);
  return expect(draft, 'GatewayMisroute', 'gateway', 'services');
}

function dnsDefault(): Draft {
  const draft = newRailway('b-dns-policy-default');
  const order = workloadOf(draft, 'order');
  recreate(order, 24, ({ spec }) => {
    spec.dnsPolicy = 'Default';
  });
  again(order, [
    log4j(
      'ERROR',
      'com.zaxxer.hikari.pool.HikariPool',
      'HikariPool-1 - Exception during pool initialization.\ncom.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\nCaused by: java.net.UnknownHostException: mysql: Name or service not known\n\tat java.base/java.net.InetAddress$CachedAddresses.get(InetAddress.java:797)',
    ),
  ]);
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'POST /api/orders -> http://order:12031 500 Internal Server Error'));
  burn(draft);
  return expect(draft, 'DnsPolicyWrong', 'order', 'services');
}

function dnsNone(): Draft {
  const draft = newRailway('b-dns-config');
  const search = workloadOf(draft, 'search');
  const fresh = recreate(search, 24, ({ spec }) => {
    spec.dnsPolicy = 'None';
    spec.dnsConfig = { nameservers: ['192.0.2.53'] };
  });
  crash(search, fresh, {
    exit: 1,
    restarts: 6,
    ranSeconds: 10,
    log: [
      [
        0.001,
        slog(
          'ERROR',
          'database',
          'error="failed to connect to `user=search database=search`: hostname resolving error: lookup postgres on 192.0.2.53:53: read udp 10.42.1.20:48112->192.0.2.53:53: i/o timeout"',
        ),
      ],
    ],
  });
  replicasMismatch(draft, 'search', 9);
  return expect(draft, 'DnsPolicyWrong', 'search', 'services');
}

function envHost(): Draft {
  const draft = newRailway('b-env-host');
  const travel = workloadOf(draft, 'travel');
  recreate(
    travel,
    33,
    onMain((main) => setEnv(main, 'STATION_SERVICE_HOST_NAME', 'stations.rail.svc.cluster.local:12345')),
  );
  again(travel, [
    log4j(
      'ERROR',
      'c.b.travel.StationClient',
      'I/O error on GET request for "http://stations.rail.svc.cluster.local:12345/stations": stations.rail.svc.cluster.local; nested exception is java.net.UnknownHostException: stations.rail.svc.cluster.local',
    ),
  ]);
  burn(draft);
  return expect(draft, 'EnvironmentAddressMismatch', 'travel', 'services');
}

function envServicePort(): Draft {
  const draft = newRailway('b-env-port');
  const tickets = workloadOf(draft, 'tickets');
  recreate(
    tickets,
    33,
    onMain((main) => setEnv(main, 'ORDER_API', 'http://order:12301')),
  );
  again(tickets, [
    pino(50, 'order api', {
      err: { type: 'Error', message: 'connect ETIMEDOUT 10.43.20.9:12301', code: 'ETIMEDOUT', syscall: 'connect', address: '10.43.20.9', port: 12_301 },
    }),
  ]);
  burn(draft);
  return expect(draft, 'EnvironmentAddressMismatch', 'tickets', 'services');
}

function selector(): Draft {
  const draft = newRailway('b-selector');
  serviceOf(draft, 'order').selector = { app: 'orders' };
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'POST /api/orders -> http://order:12031 Connection refused'));
  upstream(draft, 'tickets', pino(50, 'order api', { err: { message: 'connect ECONNREFUSED 10.43.20.9:12031' } }));
  burn(draft);
  return expect(draft, 'ServiceSelectorMismatch', 'order', 'services');
}

function targetPort(): Draft {
  const draft = newRailway('b-target-port');
  const service = serviceOf(draft, 'station');
  service.ports = [{ port: 12_345, targetPort: 12_346, protocol: 'TCP' }];
  upstream(
    draft,
    'order',
    log4j('ERROR', 'c.b.order.StationClient', 'I/O error on GET request for "http://station:12345/stations": Connection refused (Connection refused)'),
  );
  burn(draft);
  return expect(draft, 'ServiceTargetPortMismatch', 'station', 'services');
}

function servicePort(): Draft {
  const draft = newRailway('b-service-port');
  serviceOf(draft, 'search').ports = [{ port: 9001, targetPort: 9000, protocol: 'TCP' }];
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'GET /api/search -> http://search:9000 connect timed out'));
  burn(draft);
  return expect(draft, 'ServicePortMismatch', 'search', 'services');
}

function protocol(): Draft {
  const draft = newRailway('b-protocol');
  serviceOf(draft, 'travel').ports = [{ port: 12_346, targetPort: 12_346, protocol: 'UDP' }];
  upstream(draft, 'gateway', log4j('WARN', 'c.b.gateway.Proxy', 'GET /api/travel -> http://travel:12346 connect timed out'));
  burn(draft);
  return expect(draft, 'ServiceProtocolMismatch', 'travel', 'services');
}

/** One draft each. */
export const addresses = [nginxMisroute, envMisroute, dnsDefault, dnsNone, envHost, envServicePort, selector, targetPort, servicePort, protocol];
