import type { Corrections } from '../store.ts';
import { joinIncident } from './join-incident.ts';
import { splitIncident } from './split-incident.ts';
import { type SqliteContext, writeAndTell } from './sqlite-context.ts';

export function createCorrections(context: SqliteContext): Corrections {
  return {
    split: (incidentId, fingerprints) =>
      writeAndTell(context, (connection, effects) =>
        splitIncident({ connection, effects, now: context.clock().toISOString(), newId: context.newId }, incidentId, fingerprints),
      ),
    join: (incidentId) =>
      writeAndTell(context, (connection, effects) =>
        joinIncident({ connection, effects, now: context.clock().toISOString(), newId: context.newId }, incidentId),
      ),
  };
}
