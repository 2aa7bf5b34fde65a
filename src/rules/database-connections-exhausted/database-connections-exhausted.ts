import { defineRule } from '../rule.ts';
import { judgeStore } from '../support/store-rule.ts';

const LIMIT = /max[-_]?(?:user[-_])?connections|maxclients|maxIncomingConnections|max_client_conn/i;

export const databaseConnectionsExhausted = defineRule({
  id: 'database-connections-exhausted',
  code: 'DatabaseConnectionsExhausted',
  summary: 'a database has as many connections as it allows and refuses new ones',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable', 'slow', 'restarting'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'namespaces'],
  references: [
    { title: 'MySQL: Too many connections', url: 'https://dev.mysql.com/doc/refman/8.4/en/too-many-connections.html' },
    { title: 'PostgreSQL: Connections and Authentication', url: 'https://www.postgresql.org/docs/current/runtime-config-connection.html' },
  ],

  judge: (workload, ask, circumstances) =>
    judgeStore(workload, ask, circumstances, {
      kind: 'too-many-connections',
      wanted: ({ clue }) => clue.source !== 'nginx',
      setting: LIMIT,
      title: (store, client) => `${store} refuses ${client} because all its connections are taken`,
      explanation:
        'The database answered that it has reached its limit of connections. The limit is too low for the pools of its clients together, or a client does not give its connections back.',
      advice: "Raise the database's limit of connections, or lower the pool size times the replicas of its clients; find the client that holds them.",
    }),
});
