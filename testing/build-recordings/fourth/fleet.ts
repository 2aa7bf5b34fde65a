import { DAY } from '../draft.ts';
import { plain, postgres } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from '../third/application.ts';
import { slog } from '../third/stack-lines.ts';
import { elixir, haproxy, influx, mosquitto } from './log-styles.ts';

/** Trucks that report where they are: MQTT and Elixir in one namespace, the databases in another, HAProxy in front. */
const HOUSE: House = { namespace: 'fleet', label: 'app', common: { domain: 'fleet' } };
export const FLEET = 'ghcr.io/nordtrans';

export const HAPROXY = `defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
frontend web
  bind :8080
  acl is_tracks path_beg /tracks
  acl is_devices path_beg /devices
  use_backend be_tracks if is_tracks
  use_backend be_devices if is_devices
backend be_tracks
  server s1 track-api:8080 check resolvers kube
backend be_devices
  server s1 device-api:4000 check resolvers kube
`;

const golang =
  (name: string) =>
  (pod: PodDraft): Line[] => [
    ...(pod.ago < 90 ? ([[pod.ago - 0.1, slog('INFO', 'up', `component=${name} addr=:8080`)]] satisfies Line[]) : []),
    [15, slog('WARN', 'fix without satellites', 'truck=NT-4411')],
    [3.8, slog('INFO', 'flushed', 'points=2044 took=31ms')],
  ];

export function newFleet(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  draft.namespaces.push({ name: 'fleet-data' });
  for (const name of ['influx-token', 'mqtt-bridge', 'device-db']) addSecret(draft, name, ['token', 'username', 'password', 'url']);
  const data: House = { ...HOUSE, namespace: 'fleet-data' };
  const part = (name: string, more: Partial<Part>): void => {
    addPart(draft, HOUSE, name, { image: `${FLEET}/${name}:0.41.2`, ...more });
  };
  addPart(draft, data, 'influxdb', {
    kind: 'Deployment',
    namespace: 'fleet-data',
    image: 'docker.io/library/influxdb:2.7.11',
    port: 8086,
    service: { namespace: 'fleet-data' },
    nodes: ['worker-3'],
    container: { resources: resources('500m', '1Gi', '2Gi'), readinessProbe: httpGet('/health', 8086) },
    routine: () => [[12, influx('info', 'Write snapshot', 'service=storage-engine engine=tsm1 duration=203ms')]],
  });
  addPart(draft, data, 'postgres', {
    kind: 'Deployment',
    namespace: 'fleet-data',
    image: 'docker.io/postgis/postgis:16-3.4',
    port: 5432,
    portName: 'postgres',
    service: { namespace: 'fleet-data' },
    nodes: ['worker-1'],
    container: { readinessProbe: exec(['pg_isready']) },
    routine: () => [[20, postgres('LOG', 'automatic vacuum of table "devices.public.positions": index scans: 1')]],
  });
  draft.configMaps.push({
    name: 'mosquitto',
    ago: 55 * DAY,
    data: { 'mosquitto.conf': 'listener 1883\npassword_file /mosquitto/secrets/passwd\npersistence true\npersistence_location /data/\n' },
  });
  part('mosquitto', {
    kind: 'StatefulSet',
    image: 'docker.io/library/eclipse-mosquitto:2.0.20',
    port: 1883,
    portName: 'mqtt',
    storage: '5Gi',
    nodes: ['worker-2'],
    container: {
      livenessProbe: tcp(1883),
      readinessProbe: tcp(1883),
      volumeMounts: [
        { name: 'data', mountPath: '/data' },
        { name: 'conf', mountPath: '/mosquitto/config', readOnly: true },
      ],
    },
    spec: { volumes: [{ name: 'conf', configMap: { name: 'mosquitto', defaultMode: 420 } }] },
    routine: () => [
      [19, mosquitto('Client truck-7781 has exceeded timeout, disconnecting.')],
      [7, mosquitto("New client connected from 10.42.1.31:50022 as bridge-0 (p5, c1, k30, u'bridge').")],
    ],
  });
  const mqtt = [...env({ MQTT_URL: 'tcp://mosquitto:1883' }), secretEnv('MQTT_PASSWORD', 'mqtt-bridge', 'password')];
  const influxEnv = [
    ...env({ INFLUX_URL: 'http://influxdb.fleet-data.svc.cluster.local:8086', INFLUX_BUCKET: 'positions', INFLUX_ORG: 'nordtrans' }),
    secretEnv('INFLUX_TOKEN', 'influx-token', 'token'),
  ];
  const probes: Partial<Part>['container'] = {
    livenessProbe: httpGet('/livez', 8080),
    readinessProbe: httpGet('/readyz', 8080),
    resources: resources('100m', '64Mi', '192Mi', '500m'),
  };
  part('bridge', { port: 8080, env: [...structuredClone(mqtt), ...env({ WRITER_URL: 'http://writer:8080' })], container: probes, routine: golang('bridge') });
  part('writer', { port: 8080, env: structuredClone(influxEnv), container: probes, routine: golang('writer') });
  part('track-api', { port: 8080, replicas: 2, env: structuredClone(influxEnv), container: probes, routine: golang('track-api') });
  part('geofence', {
    port: 8080,
    env: [...structuredClone(mqtt), ...env({ DEVICE_API: 'http://device-api:4000' })],
    container: probes,
    routine: golang('geofence'),
  });
  part('device-api', {
    port: 4000,
    replicas: 2,
    env: [
      ...env({ DATABASE_HOST: 'postgres.fleet-data', DATABASE_PORT: '5432', DATABASE_NAME: 'devices', PHX_HOST: 'fleet.nordtrans.example' }),
      secretEnv('DATABASE_PASSWORD', 'device-db', 'password'),
    ],
    container: { livenessProbe: tcp(4000), readinessProbe: httpGet('/health', 4000), resources: resources('150m', '192Mi', '512Mi') },
    routine: () => [
      [11, elixir('warning', 'Postgrex.Protocol (#PID<0.4021.0>) disconnected: ** (DBConnection.ConnectionError) idle connection was closed by the pool')],
      [2.7, elixir('info', 'GET /devices/NT-4411 Sent 200 in 9ms')],
    ],
  });
  part('edge-agent', { kind: 'DaemonSet', container: { resources: resources('20m', '32Mi', '96Mi') }, routine: golang('edge-agent') });
  draft.configMaps.push({ name: 'haproxy', ago: 38 * DAY, data: { 'haproxy.cfg': HAPROXY } });
  part('haproxy', {
    image: 'docker.io/library/haproxy:3.1.3',
    port: 8080,
    replicas: 2,
    service: { type: 'LoadBalancer' },
    container: { readinessProbe: tcp(8080), volumeMounts: [{ name: 'conf', mountPath: '/usr/local/etc/haproxy', readOnly: true }] },
    spec: { volumes: [{ name: 'conf', configMap: { name: 'haproxy', defaultMode: 420 } }] },
    routine: () => [
      [44, haproxy('NOTICE', 'New worker (10) forked')],
      [4.4, plain('10.42.2.1:38122 [-] web be_tracks/s1 0/0/1/14/15 200 8712 - - ---- 12/12/0/0/0 0/0 "GET /tracks/NT-4411 HTTP/1.1"')],
    ],
  });
  return draft;
}
