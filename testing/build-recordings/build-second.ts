import { second } from './second/incidents.ts';
import { addSystem } from './system.ts';
import { writeRecordings } from './write.ts';

/** Writes a second set of incidents, for `npm run bench:diagnosis -- DIR`: `node --conditions=oncallm testing/build-recordings/build-second.ts DIR`. Same code, same bytes. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Name the directory to write to.');
await writeRecordings(
  directory,
  second.map((make) => {
    const draft = make();
    addSystem(draft);
    return draft;
  }),
);
