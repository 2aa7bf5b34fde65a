import { fourth } from './fourth/incidents.ts';
import { writeRecordings } from './write.ts';

/** Writes a fourth set of incidents, for `npm run bench:diagnosis -- DIR`: `node --conditions=oncallm testing/build-recordings/build-fourth.ts DIR`. Same code, same bytes. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Name the directory to write to.');
await writeRecordings(
  directory,
  fourth.map((make) => make()),
);
