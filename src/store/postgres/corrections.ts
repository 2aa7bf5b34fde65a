import type { Corrections, SplitResult } from '../store.ts';
import { lockClusters } from './cluster-locks.ts';
import { joinIncident } from './join-incident.ts';
import { type PostgresContext, writeAndTell } from './postgres-context.ts';
import { splitIncident } from './split-incident.ts';
import { storableText } from './storable.ts';

export function createCorrections(context: PostgresContext): Corrections {
  return {
    async split(incidentId, fingerprints) {
      const kept = new Set([...fingerprints].map(storableText));
      let answer: SplitResult | { readonly mergedInto: string } = { mergedInto: incidentId };
      while (typeof answer === 'object' && 'mergedInto' in answer) {
        const id: string = answer.mergedInto;
        const incident = await context.database.first<{ cluster: string }>('SELECT cluster FROM incidents WHERE id = $1', id);
        if (incident === undefined) return 'no-incident';
        const moment = { now: context.clock().toISOString(), newId: context.newId };
        // Nothing may be placed into either meanwhile.
        const opening = lockClusters([incident.cluster]);
        answer = await writeAndTell(context, (tx, effects) => splitIncident(tx, effects, id, { ...moment, fingerprints: kept }), { opening });
      }
      return answer;
    },

    async join(incidentId) {
      const incident = await context.database.first<{ cluster: string }>('SELECT cluster FROM incidents WHERE id = $1', incidentId);
      if (incident === undefined) return 'no-incident';
      const moment = { now: context.clock().toISOString(), newId: context.newId };
      return writeAndTell(context, (tx, effects) => joinIncident(tx, effects, incidentId, moment), { opening: lockClusters([incident.cluster]) });
    },
  };
}
