import { addWorkload, DAY } from '../draft.ts';
import { burst, mysqld, plain, redis } from '../log-lines.ts';
import { addClaim, addService, claimTemplate, exec, resources, secretEnv, tcp } from '../parts.ts';
import type { Draft, Template } from '../shape.ts';

/** MySQL with its volume, Service and passwords. */
export function addMysql(draft: Draft): void {
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'mysql', 'app.kubernetes.io/part-of': 'tickets' },
    spec: {
      securityContext: { fsGroup: 999 },
      containers: [
        {
          name: 'mysql',
          image: 'docker.io/library/mysql:8.4.4',
          args: ['--character-set-server=utf8mb4'],
          ports: [{ name: 'mysql', containerPort: 3306, protocol: 'TCP' }],
          env: [secretEnv('MYSQL_ROOT_PASSWORD', 'mysql-root', 'password')],
          resources: resources('500m', '1Gi', '2Gi'),
          livenessProbe: tcp('mysql', { initialDelaySeconds: 30 }),
          readinessProbe: exec(['sh', '-c', 'mysqladmin ping -uroot -p$MYSQL_ROOT_PASSWORD']),
          volumeMounts: [{ name: 'data', mountPath: '/var/lib/mysql' }],
        },
      ],
    },
  };
  addWorkload(draft, 'mysql', template, {
    kind: 'StatefulSet',
    nodes: ['worker-1'],
    claims: [claimTemplate('data', '20Gi')],
    routine: (pod) => [
      ...(pod.ago < 120
        ? burst(pod.ago - 0.2, [
            mysqld('System', '010116', '/usr/sbin/mysqld (mysqld 8.4.4) starting as process 1'),
            mysqld('System', '013576', 'InnoDB initialization has started.', 1),
            mysqld(
              'System',
              '010931',
              "/usr/sbin/mysqld: ready for connections. Version: '8.4.4'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.",
            ),
          ])
        : []),
      [31.7, mysqld('Warning', '010055', "IP address '10.42.2.1' could not be resolved: Name or service not known", 4120)],
      [6.2, mysqld('Note', '010914', "Got timeout reading communication packets. Aborted connection 4077 to db: 'orders' user: 'orders'", 4077)],
    ],
  });
  addClaim(draft, 'data-mysql-0');
  addService(draft, 'mysql', 3306, 'mysql', { ports: [{ name: 'mysql', port: 3306, targetPort: 'mysql', protocol: 'TCP' }] });
  for (const user of ['root', 'orders', 'catalog', 'seats', 'payments', 'customers'])
    draft.secrets.push({ name: `mysql-${user}`, keys: ['password'], ago: 97 * DAY });
}

/** RabbitMQ with its Service. */
export function addRabbit(draft: Draft): void {
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'rabbitmq' },
    spec: {
      containers: [
        {
          name: 'rabbitmq',
          image: 'docker.io/library/rabbitmq:3.13.7-management',
          ports: [
            { name: 'amqp', containerPort: 5672 },
            { name: 'http', containerPort: 15672 },
          ],
          resources: resources('200m', '256Mi', '512Mi'),
          readinessProbe: exec(['rabbitmq-diagnostics', '-q', 'check_port_connectivity'], { timeoutSeconds: 10, periodSeconds: 30 }),
        },
      ],
    },
  };
  addWorkload(draft, 'rabbitmq', template, {
    kind: 'StatefulSet',
    nodes: ['worker-2'],
    routine: () => [
      [
        4.4,
        ({ at, ipOf, ip }) =>
          `${at.toISOString().replace('T', ' ').replace('Z', '000+00:00')} [warning] <0.2211.0> closing AMQP connection <0.2211.0> (${ip || ipOf('rabbitmq')}:43114 -> 10.42.2.14:5672 - rabbitConnectionFactory#2a1b): client unexpectedly closed TCP connection`,
      ],
    ],
  });
  addService(draft, 'rabbitmq', 5672, 'amqp', {
    ports: [
      { name: 'amqp', port: 5672, targetPort: 'amqp', protocol: 'TCP' },
      { name: 'http', port: 15_672, targetPort: 'http', protocol: 'TCP' },
    ],
  });
}

/** Redis with its Service. */
export function addRedis(draft: Draft): void {
  const template: Template = {
    labels: { 'app.kubernetes.io/name': 'redis' },
    spec: {
      containers: [
        {
          name: 'redis',
          image: 'docker.io/library/redis:7.4.2-alpine',
          ports: [{ name: 'redis', containerPort: 6379, protocol: 'TCP' }],
          resources: resources('50m', '64Mi', '256Mi'),
          livenessProbe: tcp('redis'),
          readinessProbe: exec(['redis-cli', 'ping']),
        },
      ],
    },
  };
  addWorkload(draft, 'redis', template, {
    nodes: ['worker-3'],
    routine: () => [
      [22, plain('1:C 0 WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition.')],
      [7.5, redis('*', '100 changes in 300 seconds. Saving...')],
      [7.49, redis('*', 'Background saving started by pid 2217')],
      [7.47, redis('*', 'Background saving terminated with success')],
    ],
  });
  addService(draft, 'redis', 6379, 'redis', { ports: [{ name: 'redis', port: 6379, targetPort: 'redis', protocol: 'TCP' }] });
}
