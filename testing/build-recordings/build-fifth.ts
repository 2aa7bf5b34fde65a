import { fifth } from './fifth/incidents.ts';
import { writeRecordings } from './write.ts';

/** Writes a fifth set of incidents, for `npm run bench:diagnosis -- DIR`: `node --conditions=oncallm testing/build-recordings/build-fifth.ts DIR`. Same code, same bytes. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Name the directory to write to.');
await writeRecordings(
  directory,
  fifth.map((make) => make()),
);
