import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chooseNames, rename, renameContainers } from './diagnosis/rename.ts';

/**
 * Copies a set of recorded incidents with the names of its objects, namespaces, nodes and containers replaced by random words:
 * `npm run bench:rename -- FROM TO [SEED]`. A diagnosis that follows from how Kubernetes works scores the same on the copy.
 */
const [from, to, seed = '1'] = process.argv.slice(2);
if (!from || !to) {
  console.error('Usage: npm run bench:rename -- FROM TO [SEED]');
  process.exit(2);
}
const expected = JSON.parse(readFileSync(path.join(from, 'expected.json'), 'utf8')) as Record<string, { object: string; namespace: string }>;
const renamedExpected: Record<string, unknown> = {};
for (const [index, id] of Object.keys(expected).entries()) {
  const source = path.join(from, id);
  const resources = path.join(source, 'resources');
  const items = new Map(
    readdirSync(resources).map((file) => [
      file.replace(/\.json$/, ''),
      (JSON.parse(readFileSync(path.join(resources, file), 'utf8')) as { items?: [] }).items ?? [],
    ]),
  );
  const names = chooseNames(items, Number(seed) * 1000 + index);
  for (const file of filesBelow(source)) {
    const target = path.join(
      to,
      id,
      renamePath(path.relative(source, file), names.containers, (text) => rename(text, names)),
    );
    mkdirSync(path.dirname(target), { recursive: true });
    const text = readFileSync(file, 'utf8');
    const inner = file.endsWith('.json') ? JSON.stringify(renameContainers(JSON.parse(text), names.containers)) : text;
    writeFileSync(target, rename(inner, names));
  }
  renamedExpected[id] = JSON.parse(rename(JSON.stringify(expected[id]), names));
}
writeFileSync(path.join(to, 'expected.json'), JSON.stringify(renamedExpected, null, 1));
console.log(`${Object.keys(expected).length} incidents written to ${to}`);

function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir).flatMap((name) => {
    const file = path.join(dir, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

/** `logs/<namespace>/<pod>/<container>.log`: the container is a file name of its own; resource file names stay. */
function renamePath(file: string, containers: ReadonlyMap<string, string>, inText: (text: string) => string): string {
  const parts = file.split(path.sep);
  if (parts[0] !== 'logs') return file;
  const [, namespace = '', pod = '', name = ''] = parts;
  const [container = '', ...endings] = name.split('.');
  return path.join('logs', inText(namespace), inText(pod), [containers.get(container) ?? inText(container), ...endings].join('.'));
}
