import { z } from 'zod';
import { defineTool, gap } from './tool.ts';

const words = z.string().min(2).max(200).describe('plain words; all must occur');

/** What people wrote down. */
export const readRunbooks = defineTool({
  name: 'runbooks',
  description:
    "Finds the operators' runbooks that hold all of some words. They are advice of people for cases like this; they prove nothing about the cluster.",
  input: z.object({ words }),
  saying: ({ words: wanted }) => `Looking for runbooks about ${wanted}`,
  async run({ words: wanted }, { ask }) {
    const evidence = await ask({ about: 'runbooks', topic: 'runbooks', alerts: [], words: wanted });
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const runbooks = evidence.outcome === 'present' ? evidence.data : [];
    const text =
      runbooks.length === 0
        ? 'No runbook holds all of these words.'
        : runbooks.map(({ title, origin, text: page }) => `# ${title} (${origin})\n${page}`).join('\n\n');
    return { found: true, fact: evidence, title: `Runbooks about ${wanted}`, content: { text }, objects: [], hearsay: true };
  },
});

/** What was found out before. */
export const pastIncidents = defineTool({
  name: 'past_incidents',
  description:
    'Finds earlier incidents whose alerts or cause hold all of some words, with the cause that was found and what readers said of it. What was true then need not be true now.',
  input: z.object({ words }),
  saying: ({ words: wanted }) => `Looking for incidents before about ${wanted}`,
  async run({ words: wanted }, { ask, incident }) {
    const evidence = await ask({
      about: 'past',
      topic: 'past',
      cluster: incident.cluster,
      fingerprints: [],
      words: wanted,
      cause: null,
      since: '',
      except: incident.id,
    });
    if (evidence.outcome === 'unavailable') return gap(evidence);
    const past = evidence.outcome === 'present' ? evidence.data.incidents : [];
    return {
      found: true,
      fact: evidence,
      title: `Incidents before about ${wanted}`,
      content: {
        data: past.map(({ openedAt, closedAt, alertName, namespace, cause, feedback }) => ({
          opened: openedAt,
          closed: closedAt,
          alert: alertName,
          namespace,
          cause: `${cause.code} (${cause.confidence}): ${cause.title}`,
          readers: feedback.map(({ verdict, comment }) => `${verdict}${comment === '' ? '' : `: ${comment}`}`),
        })),
      },
      objects: [],
      hearsay: true,
    };
  },
});
