import { vague } from '../alerts.ts';
import { logTo, repeat, workloadOf } from '../draft.ts';
import { stateMetrics } from '../metrics.ts';
import type { Draft, Line, Workload } from '../shape.ts';
import { log4j } from './railway.ts';

/** One line of a log. */
export type Text = Line[1];
/** Lines again and again in the log of a workload, every `every` minutes. */
export const again = (workload: Workload, lines: readonly Text[], first = 26, every = 0.9): void =>
  logTo(
    workload,
    repeat(first, 2.1, every, () => lines),
  );
/** The right answer; completes the draft. */
export const expect = (draft: Draft, root_cause: string, object: string, family: string): Draft => {
  stateMetrics(draft);
  draft.expected = { root_cause, object: `app/${object}`, family };
  return draft;
};
/** The one vague alert of most of them. */
export const burn = (draft: Draft): void => vague(draft, 'BookingErrorsHigh', 21, 'Bookings fail.');
/** An upstream that answers 500. */
export const upstream = (draft: Draft, from: string, line: Text): void => again(workloadOf(draft, from), [line], 25, 2.2);

/** A data layer that cannot get a connection, as Hibernate logs it. */
export const HIKARI = (cause: string): Text =>
  log4j(
    'ERROR',
    'o.h.engine.jdbc.spi.SqlExceptionHelper',
    `${cause}\norg.hibernate.exception.GenericJDBCException: Unable to acquire JDBC Connection\n\tat org.hibernate.exception.internal.StandardSQLExceptionConverter.convert(StandardSQLExceptionConverter.java:47)\nCaused by: java.sql.SQLException: ${cause}\n\tat com.mysql.cj.jdbc.exceptions.SQLError.createSQLException(SQLError.java:129)\n\tat com.zaxxer.hikari.pool.PoolBase.newConnection(PoolBase.java:364)\n\t... 60 common frames omitted`,
  );
