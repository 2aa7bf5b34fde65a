import { byRules, type RecordedIncident } from './diagnosis/incident.ts';
import { largeNamespace } from './large-namespace/incident.ts';
import { exponent } from './statistics.ts';

/**
 * How the diagnosis grows with the namespace: `npm run bench:namespace`. Pods from 10 to 5,000 with ten events each, one workload broken;
 * milliseconds and memory for each, and the exponent of growth fitted over all sizes (1 is linear).
 */
const sizes = [10, 50, 200, 500, 1000, 2000, 5000];
const points: { readonly x: number; readonly y: number }[] = [];
console.log('    pods   events       ms   memory MB   first cause');
for (const size of sizes) {
  const incident = largeNamespace(size);
  await run(incident);
  const times = [];
  let cause = '';
  for (let round = 0; round < 3; round += 1) {
    const began = performance.now();
    cause = await run(incident);
    times.push(performance.now() - began);
  }
  const ms = times.toSorted((left, right) => left - right)[1] ?? 0;
  points.push({ x: size, y: ms });
  console.log(
    [size, size * 10].map((number) => String(number).padStart(8)).join(' ') +
      ms.toFixed(0).padStart(9) +
      (process.memoryUsage.rss() / 1_048_576).toFixed(0).padStart(12) +
      `   ${cause}`,
  );
}
console.log(`\nexponent of growth: ${exponent(points.slice(2)).toFixed(2)} (from 200 pods on)`);

async function run(incident: RecordedIncident): Promise<string> {
  const { analysis } = await byRules(incident);
  return analysis.root_causes[0]?.code ?? 'none';
}
