import { kafka, postgres } from '../log-lines.ts';
import { env, exec, httpGet, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Line, PodDraft } from '../shape.ts';
import { addPart, addSecret, type House, newDraft, type Part } from './application.ts';
import { dotnet, serilog, sqlServer } from './stack-lines.ts';

/** A savings bank on .NET: a YARP edge, services on PostgreSQL, SQL Server and Kafka. */
const HOUSE: House = { namespace: 'core-banking', label: 'app', common: { tier: 'backend', owner: 'core' } };
export const BANK = 'sparhafen.azurecr.io/core';

const routine = (pod: PodDraft): Line[] => [
  ...(pod.ago < 120
    ? ([
        [pod.ago - 0.12, dotnet('info', 'Microsoft.Hosting.Lifetime', 'Now listening on: http://[::]:8080')],
        [pod.ago - 0.13, dotnet('info', 'Microsoft.Hosting.Lifetime', 'Application started. Press Ctrl+C to shut down.')],
      ] satisfies Line[])
    : []),
  [
    23,
    dotnet(
      'warn',
      'Microsoft.AspNetCore.DataProtection.Repositories.EphemeralXmlRepository',
      'Using an in-memory repository. Keys will not be persisted to storage.',
    ),
  ],
  [9.6, serilog('INF', 'HTTP GET /v2/accounts/*** responded 200 in 12.4031 ms')],
  [4.4, serilog('WRN', 'Failed to determine the https port for redirect.')],
];

function service(draft: Draft, name: string, more: Partial<Part> = {}): void {
  addPart(draft, HOUSE, name, {
    image: `${BANK}/${name}:24.11.2`,
    port: 8080,
    routine,
    ...more,
    env: [...env({ ASPNETCORE_ENVIRONMENT: 'Production', ASPNETCORE_HTTP_PORTS: '8080' }), ...(more.env ?? [])],
    container: {
      resources: resources('150m', '192Mi', '512Mi', '1'),
      livenessProbe: httpGet('/health/live', 8080, { initialDelaySeconds: 10, timeoutSeconds: 2 }),
      readinessProbe: httpGet('/health/ready', 8080, { timeoutSeconds: 2 }),
      ...more.container,
    },
  });
}

export function newBank(id: string): Draft {
  const draft = newDraft(HOUSE, id);
  for (const name of ['accounts-db', 'ledger-db', 'payments-db', 'mssql']) addSecret(draft, name, ['connection-string', 'password']);
  addSecret(draft, 'cards-tls', ['tls.crt', 'tls.key', 'ca.crt']);
  addPart(draft, HOUSE, 'postgres', {
    kind: 'StatefulSet',
    image: 'docker.io/bitnami/postgresql:16.4.0',
    port: 5432,
    portName: 'tcp-postgresql',
    storage: '50Gi',
    nodes: ['worker-3'],
    env: [secretEnv('POSTGRES_PASSWORD', 'ledger-db', 'password')],
    container: { livenessProbe: exec(['pg_isready', '-U', 'postgres']), readinessProbe: exec(['pg_isready', '-U', 'postgres']) },
    routine: () => [[7.7, postgres('LOG', 'checkpoint complete: wrote 1920 buffers (11.7%)')]],
  });
  addPart(draft, HOUSE, 'mssql', {
    kind: 'StatefulSet',
    image: 'mcr.microsoft.com/mssql/server:2022-CU16-ubuntu-22.04',
    port: 1433,
    portName: 'tds',
    storage: '60Gi',
    nodes: ['worker-2'],
    env: [secretEnv('MSSQL_SA_PASSWORD', 'mssql', 'password'), ...env({ ACCEPT_EULA: 'Y' })],
    container: { resources: resources('500m', '2Gi', '3Gi'), readinessProbe: tcp(1433) },
    routine: () => [[28, sqlServer('spid51', "Starting up database 'payments'.")]],
  });
  addPart(draft, HOUSE, 'kafka', {
    kind: 'StatefulSet',
    replicas: 3,
    image: 'docker.io/apache/kafka:3.9.0',
    port: 9092,
    portName: 'kafka',
    storage: '20Gi',
    container: { resources: resources('300m', '768Mi', '1536Mi'), readinessProbe: tcp(9092) },
    routine: () => [
      [13, kafka('INFO', '[GroupCoordinator 1]: Stabilized group ledger-writer generation 41 with 1 members')],
      [5, kafka('INFO', '[Controller 1] Processing automatic preferred replica leader election')],
    ],
  });
  service(draft, 'accounts', { env: [secretEnv('ConnectionStrings__Accounts', 'accounts-db', 'connection-string')], replicas: 2 });
  service(draft, 'ledger', {
    env: [
      ...env({ Kafka__BootstrapServers: 'kafka:9092', Accounts__Url: 'http://accounts:8080' }),
      secretEnv('ConnectionStrings__Ledger', 'ledger-db', 'connection-string'),
    ],
  });
  service(draft, 'payments', {
    env: [
      ...env({ Kafka__BootstrapServers: 'kafka:9092', Ledger__Url: 'http://ledger:8080', Fx__Url: 'http://fx-rates:8080' }),
      secretEnv('ConnectionStrings__Payments', 'payments-db', 'connection-string'),
    ],
  });
  service(draft, 'cards', {
    env: env({ Accounts__Url: 'http://accounts:8080' }),
    container: { volumeMounts: [{ name: 'tls', mountPath: '/tls', readOnly: true }] },
    spec: { volumes: [{ name: 'tls', secret: { secretName: 'cards-tls', defaultMode: 420 } }] },
  });
  service(draft, 'fx-rates', { env: env({ Feed__Url: 'https://rates.sparhafen.example/v1' }) });
  service(draft, 'statements', { env: env({ Ledger__Url: 'http://ledger:8080' }) });
  service(draft, 'edge', {
    replicas: 2,
    env: env({
      ReverseProxy__Clusters__accounts__Destinations__d1__Address: 'http://accounts:8080/',
      ReverseProxy__Clusters__payments__Destinations__d1__Address: 'http://payments:8080/',
      ReverseProxy__Clusters__cards__Destinations__d1__Address: 'http://cards:8080/',
      ReverseProxy__Clusters__statements__Destinations__d1__Address: 'http://statements:8080/',
    }),
  });
  return draft;
}
