import { defineRule } from '../rule.ts';
import { judgeStore } from '../support/store-rule.ts';

/** Settings that make a server refuse to write. */
const READ_ONLY = /(?:--|\b)(?:super[-_])?read[-_]only(?:\s*[=:]\s*(?:1|on|yes|true))?\b|default_transaction_read_only|replica-?of\b|slaveof\b|hot_standby/i;

export const databaseReadOnly = defineRule({
  id: 'database-read-only',
  code: 'DatabaseReadOnly',
  summary: 'a database accepts connections but refuses to write',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'unavailable'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'deployments', 'statefulsets', 'daemonsets', 'namespaces'],
  references: [
    { title: 'MySQL: read_only', url: 'https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_read_only' },
    { title: 'PostgreSQL: default_transaction_read_only', url: 'https://www.postgresql.org/docs/current/runtime-config-client.html' },
  ],

  judge: (workload, ask, circumstances) =>
    judgeStore(workload, ask, circumstances, {
      kind: 'read-only',
      // A file system that is read-only is another matter.
      wanted: ({ clue }) => clue.path === undefined && !/libc|shells|Go os|Python|Node fs/.test(clue.source),
      setting: READ_ONLY,
      title: (store, client) => `${store} is read-only: it refuses the writes of ${client}`,
      explanation:
        'The database was reached and refused to write. It is configured read-only, it is a replica that its clients take for the primary, or it made itself read-only after a disk problem.',
      advice: 'Let the database accept writes again (turn read-only off), or point the clients at its primary.',
    }),
});
