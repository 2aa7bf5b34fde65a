import { vague } from '../alerts.ts';
import { logTo, repeat, workloadOf } from '../draft.ts';
import { mysqld, pino, postgres } from '../log-lines.ts';
import type { Draft } from '../shape.ts';
import { log4j, newRailway, python, slog } from './railway.ts';
import { again, burn, expect, HIKARI } from './shared-lines.ts';

function mysqlReadOnly(): Draft {
  const draft = newRailway('b-mysql-read-only');
  const line = 'The MySQL server is running with the --super-read-only option so it cannot execute this statement';
  for (const name of ['order', 'travel'])
    again(workloadOf(draft, name), [
      log4j('WARN', 'o.h.engine.jdbc.spi.SqlExceptionHelper', 'SQL Error: 1290, SQLState: HY000'),
      log4j('ERROR', 'o.h.engine.jdbc.spi.SqlExceptionHelper', line),
    ]);
  logTo(workloadOf(draft, 'mysql'), [[40, mysqld('System', '013172', 'Setting super_read_only=ON.')]]);
  burn(draft);
  return expect(draft, 'DatabaseReadOnly', 'mysql', 'database');
}

function postgresReadOnly(): Draft {
  const draft = newRailway('b-postgres-read-only');
  again(workloadOf(draft, 'search'), [slog('ERROR', 'save query', 'error="ERROR: cannot execute INSERT in a read-only transaction (SQLSTATE 25006)"')]);
  logTo(
    workloadOf(draft, 'postgres'),
    repeat(26, 2, 1.1, () => [
      postgres('ERROR', 'cannot execute INSERT in a read-only transaction', 'search@search '),
      postgres('STATEMENT', 'INSERT INTO queries(text, at) VALUES($1,$2)', 'search@search '),
    ]),
  );
  vague(draft, 'SearchErrors', 22, 'Searches fail.');
  return expect(draft, 'DatabaseReadOnly', 'postgres', 'database');
}

function redisReadOnly(): Draft {
  const draft = newRailway('b-redis-read-only');
  again(workloadOf(draft, 'tickets'), [
    pino(50, 'cannot hold seat', { err: { type: 'ReplyError', message: "READONLY You can't write against a read only replica." } }),
  ]);
  again(workloadOf(draft, 'search'), [slog('WARN', 'cache', 'error="READONLY You can\'t write against a read only replica."')], 26, 3);
  burn(draft);
  return expect(draft, 'DatabaseReadOnly', 'redis', 'database');
}

function mysqlConnections(): Draft {
  const draft = newRailway('b-mysql-too-many');
  for (const name of ['order', 'travel', 'station'])
    again(
      workloadOf(draft, name),
      [
        log4j('ERROR', 'com.zaxxer.hikari.pool.HikariPool', 'HikariPool-1 - Connection is not available, request timed out after 30000ms.'),
        HIKARI('Data source rejected establishment of connection,  message from server: "Too many connections"'),
      ],
      24,
      1.7,
    );
  burn(draft);
  return expect(draft, 'DatabaseConnectionsExhausted', 'mysql', 'database');
}

function postgresConnections(): Draft {
  const draft = newRailway('b-postgres-too-many');
  again(workloadOf(draft, 'search'), [
    slog(
      'ERROR',
      'query',
      'error="failed to connect to `user=search database=search`: 10.43.7.18:5432 (postgres): server error: FATAL: sorry, too many clients already (SQLSTATE 53300)"',
    ),
  ]);
  again(
    workloadOf(draft, 'delay-model'),
    [
      python(
        'ERROR',
        'psycopg2.OperationalError: connection to server at "postgres" (10.43.7.18), port 5432 failed: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute',
      ),
    ],
    26,
    2,
  );
  burn(draft);
  return expect(draft, 'DatabaseConnectionsExhausted', 'postgres', 'database');
}

function redisConnections(): Draft {
  const draft = newRailway('b-redis-max-clients');
  again(workloadOf(draft, 'tickets'), [pino(50, 'redis', { err: { type: 'ReplyError', message: 'ERR max number of clients reached' } })]);
  burn(draft);
  return expect(draft, 'DatabaseConnectionsExhausted', 'redis', 'database');
}

/** One draft each. */
export const databases = [mysqlReadOnly, postgresReadOnly, redisReadOnly, mysqlConnections, postgresConnections, redisConnections];
