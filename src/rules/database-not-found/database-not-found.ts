import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { complaintSince, dependencyClues, dependencyFirst, dependencyText } from '../support/dependency.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { podRef } from '../support/pods.ts';
import { editWorkload, fix, hasTemplate, look } from '../support/workload-edits.ts';

export const databaseNotFound = defineRule({
  id: 'database-not-found',
  code: 'DatabaseNotFound',
  summary: 'a workload asks its database server for a database that is not there',
  about: 'Workload',
  role: 'cause',
  symptoms: ['errors', 'restarting', 'not-ready', 'unavailable'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'namespaces'],
  references: [{ title: 'PostgreSQL: Error codes, 3D000', url: 'https://www.postgresql.org/docs/current/errcodes-appendix.html' }],

  async judge(workload, ask, circumstances) {
    const told = await dependencyClues(workload, ['not-found'], ask, circumstances);
    const best = told?.clues.find(({ clue }) => clue.database !== undefined);
    if (!best) return notApplicable;
    const { ref } = workload;
    const who = dependencyText(best.target, best.clue.source);
    return found(
      'likely',
      [
        cite(best.fact, `${dependencyFirst(best.target, best.clue.source)} does not know database ${best.clue.database}.`, {
          about: podRef(best.pod),
          excerpt: errorText(best.error),
        }),
      ],
      {
        title: `${ref.name} asks ${who} for database ${best.clue.database}, which does not exist there`,
        explanation:
          'The server was reached and let the user in, but has no database of that name: the name in the settings is wrong, it is the wrong server, or the database was never created (an init script or a migration did not run).',
        remedies: [
          look(
            'See what it is set to.',
            hasTemplate(ref) ? kubectl(ref, 'set', 'env', objectArg(ref), '--list') : kubectl(ref, 'get', objectArg(ref), '-o', 'yaml'),
          ),
          fix('Correct the name of the database, or create it.', editWorkload(ref)),
        ],
        since: complaintSince(best),
        affects: [podRef(best.pod)],
      },
    );
  },
});
