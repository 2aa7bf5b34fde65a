import { createThreadedInvestigator } from '#app/investigator/threaded-investigator.ts';

// A program that has an investigation use up all memory, and another afterwards; prints what became of them. Run by investigation-thread.test.ts.

const investigator = createThreadedInvestigator({
  settings: { config: { kubernetes: {}, prometheus: {}, loki: {} }, env: {} },
  sources: [],
  clock: () => new Date(),
  log: { warn: () => {}, error: () => {} },
  module: new URL('../../src/app/testing/scripted-thread.ts', import.meta.url),
});
const never = new AbortController().signal;
for (const id of ['eats', 'n1']) {
  const said = await investigator
    .investigate({ incident: { id, cluster: 'c' }, episodes: [] }, never, () => {})
    .then(
      () => 'answered',
      (thrown: unknown) => String(thrown),
    );
  process.stdout.write(`${id}: ${said}\n`);
}
await investigator.worlds.close();
