import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { eventually, freePort, type Running, requireProgram, startProduct, temporaryDirectory } from '../alertmanager/processes.ts';
import { disagreement } from './agreement.ts';
import { type Block, blocksOf, type RunnableBlock, runnableBlocks } from './blocks.ts';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const main = path.resolve('dist/main.js');
/** What the docs write for the address of OnCallM. */
const DOCUMENTED = 'http://localhost:8001';

/** Where commands run: `oncallm` is in the PATH, `scenarios` is there, and what they write is not in the repository. */
const place = temporaryDirectory();
const bin = path.join(place, 'bin');
let product: Running;
let demo: { readonly url: string; readonly child: ChildProcess; readonly output: () => string };

beforeAll(async () => {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: npm run build');
  requireProgram('curl', 'curl');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'oncallm'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(path.join(bin, 'oncallm'), 0o755);
  symlinkSync(path.resolve('scenarios'), path.join(place, 'scenarios'));
  product = await startProduct(place, { KUBECONFIG: '', ONCALLM_WEBHOOK_TOKEN: 'your-token', ONCALLM_BASE_URL: DOCUMENTED });
  demo = await startDemo();
});

afterAll(async () => {
  demo?.child.kill('SIGTERM');
  await product?.stop();
});

async function startDemo(): Promise<typeof demo> {
  const port = await freePort();
  const child = spawn(process.execPath, [main, 'demo', '--port', String(port)], { cwd: place, env: { PATH: process.env['PATH'] ?? '', HOME: place } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await eventually(
    'the demo',
    async () => output,
    (text) => text.includes('All incidents:'),
  );
  const url = /All incidents: (\S+?)\/?\s/.exec(output)?.[1] ?? '';
  return { url, child, output: () => output.replaceAll(url, DOCUMENTED) };
}

/** Runs a block as a reader would, and gives back what it printed, with the address that the docs use. */
function run({ against, command }: RunnableBlock): { readonly status: number | null; readonly output: string; readonly errors: string } {
  const url = against === 'demo' ? demo.url : product.url;
  const text = command.replaceAll(DOCUMENTED, url);
  const done = spawnSync('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: place,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: place, DATABASE_URL: path.join(place, 'oncallm.db'), KUBECONFIG: '' },
  });
  return { status: done.status, output: done.stdout.replaceAll(url, DOCUMENTED), errors: done.stderr };
}

describe('every command of the docs that is marked as runnable', () => {
  const blocks = PAGES.flatMap(runnableBlocks);

  it('is found', () => {
    expect(blocks.length).toBeGreaterThan(15);
    expect(blocks.filter(({ expected }) => expected).length).toBeGreaterThan(12);
  });

  it('has a mark that is known', () => {
    const marks = new Set(PAGES.flatMap(blocksOf).flatMap(({ info }) => (/^(?:bash|json|text) /.test(info) ? [info] : [])));
    expect([...marks].filter((mark) => !['bash run', 'bash demo', 'json answer', 'json like', 'text answer', 'text demo'].includes(mark))).toEqual([]);
  });

  it.each(blocks.map((block) => ({ name: `${block.page}:${block.line}`, block })))('runs and says what is stated: $name', ({ block }) => {
    const { status, output, errors } = run(block);
    expect(status, `${block.command}\n${output}\n${errors}`).toBe(0);
    if (block.expected) expect(disagreement(block.expected.form, block.expected.text, output), output.slice(0, 4_000)).toBeUndefined();
  });

  it.each(PAGES.flatMap(blocksOf).filter(({ info }) => info === 'text demo'))('shows what the demo prints: $page:$line', ({ text }) => {
    expect(demo.output()).toContain(text.trimEnd());
  });
});

describe('what the docs say is found wrong', () => {
  it.each([
    ['json answer', '{"a":1}', '{"a":1,"b":2}'],
    ['json answer', '{"a":[1]}', '{"a":[1,2]}'],
    ['json like', '{"a":1}', '{"b":1}'],
    ['json like', '{"at":"2026-01-01T00:00:00Z"}', '{"at":"yesterday"}'],
    ['text answer', 'one\ntwo', 'one\n2'],
    ['text answer', 'one\n...\nthree', 'one\ntwo'],
    ['text answer', 'one', 'one\ntwo'],
  ] as const)('%s %s against %s', (form, stated, output) => {
    expect(disagreement(form, stated, output)).toBeTypeOf('string');
  });

  it.each([
    ['json like', '{"at":"2026-01-01T00:00:00Z","l":[1]}', '{"at":"2027-01-01T00:00:00.123Z","l":[1,2],"more":0}'],
    ['text answer', '...\ntwo\n...', 'one\ntwo\nthree\n'],
  ] as const)('but not %s %s against %s', (form, stated, output) => {
    expect(disagreement(form, stated, output)).toBeUndefined();
  });
});

describe('the metrics in docs/api.md', () => {
  let text = '';

  // Some metrics are there only with a notifier, or with models. Nobody is told or asked anything: no alert is sent here.
  beforeAll(async () => {
    const nobody = 'http://127.0.0.1:9/';
    const models = { LLM_MODEL: 'openai/some', LLM_FAST_MODEL: 'openai/fast', OPENAI_API_KEY: 'none', LLM_API_BASE: nobody };
    const full = await startProduct(place, { ...models, NOTIFY_WEBHOOK_URL: nobody, DATABASE_URL: path.join(place, 'metrics.db') });
    text = await (await fetch(`${full.url}/metrics`)).text();
    await full.stop();
  });

  it('are those that OnCallM has', () => {
    const real = [...text.matchAll(/^# HELP (oncallm_\w+)/gm)].map(([, name]) => name).filter((name) => !/_model_/.test(name ?? ''));
    const documented = [...readFileSync('docs/api.md', 'utf8').matchAll(/^\| `(oncallm_\w+)` \|/gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual(real.toSorted());
  });

  it('exist wherever a page names one', () => {
    const named = PAGES.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\boncallm_[a-z_]+_(?:total|seconds|size)\b/g)].map(([name]) => ({ page, name })),
    );
    // Those of access control are there only where it is switched on; src/web/access looks at them.
    const always = named.filter(({ name }) => !/^oncallm_(?:access|audit)_/.test(name));
    expect(always.filter(({ name }) => !text.includes(`# HELP ${name} `))).toEqual([]);
  });

  it('make rules that promtool accepts', () => {
    requireProgram('promtool', 'prometheus');
    const rules = PAGES.flatMap(blocksOf).filter(({ info, text }) => info === 'yaml' && text.startsWith('groups:'));
    expect(rules.length).toBeGreaterThan(0);
    for (const { text } of rules) {
      const file = path.join(place, 'rules.yml');
      writeFileSync(file, text);
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
      expect(status, stdout + stderr).toBe(0);
    }
  });
});

describe('the routes in docs/api.md', () => {
  it('are those of the description that OnCallM gives', async () => {
    const { paths } = (await (await fetch(`${product.url}/openapi.json`)).json()) as { readonly paths: Readonly<Record<string, unknown>> };
    const page = readFileSync('docs/api.md', 'utf8');
    expect(Object.keys(paths).filter((route) => !page.includes(`${route}\``) && !page.includes(`${route}?`))).toEqual([]);
  });
});

/** The parts of Kubernetes objects that are looked at here. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly { readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly verbs: readonly string[] }[];
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace: string }[];
  readonly spec?: unknown;
}

function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
}

describe('deploy/kubernetes.yaml', () => {
  const all = manifestsIn(readFileSync('deploy/kubernetes.yaml', 'utf8'));
  const one = (kind: string): Manifest => {
    const found = all.filter((manifest) => manifest.kind === kind);
    expect(found, kind).toHaveLength(1);
    return found[0] as Manifest;
  };
  const deployment = (): { readonly spec: { readonly replicas: number; readonly strategy: unknown; readonly template: { readonly spec: PodSpec } } } =>
    one('Deployment') as never;

  interface PodSpec {
    readonly serviceAccountName: string;
    readonly terminationGracePeriodSeconds: number;
    readonly securityContext: Readonly<Record<string, unknown>>;
    readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
      readonly env: readonly { readonly name: string; readonly value?: string }[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
      readonly securityContext: Readonly<Record<string, unknown>>;
      readonly livenessProbe: unknown;
      readonly readinessProbe: unknown;
      readonly startupProbe: unknown;
      readonly resources: { readonly limits: Readonly<Record<string, string>> };
    }[];
  }

  it('only reads, and no Secrets', () => {
    const { rules = [] } = one('ClusterRole');
    expect(rules.length).toBeGreaterThan(3);
    expectReadOnly(rules);
    expect(all.filter(({ kind }) => kind === 'Role')).toEqual([]);
  });

  it('binds the role to the account that the pod runs as', () => {
    const binding = one('ClusterRoleBinding');
    expect(binding.roleRef?.name).toBe(one('ClusterRole').metadata.name);
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'oncallm', namespace: 'monitoring' }]);
    expect(deployment().spec.template.spec.serviceAccountName).toBe(one('ServiceAccount').metadata.name);
  });

  it('uses the names and the port of the API document', () => {
    for (const kind of ['ServiceAccount', 'Service', 'Deployment']) expect(one(kind).metadata).toMatchObject({ name: 'oncallm', namespace: 'monitoring' });
    expect(one('Service').spec).toMatchObject({ ports: [{ port: 8001 }] });
    const [container] = deployment().spec.template.spec.containers;
    expect(container?.ports).toEqual([expect.objectContaining({ containerPort: 8001 })]);
  });

  it('runs without root, on a root file system that cannot be written', () => {
    const { securityContext, containers } = deployment().spec.template.spec;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(securityContext['runAsUser']).toBeGreaterThan(0);
    expect(containers).toHaveLength(1);
    expect(containers[0]?.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(containers[0]?.resources.limits).toHaveProperty('memory');
  });

  it('probes what is meant for probes', () => {
    const [container] = deployment().spec.template.spec.containers;
    const port = container?.ports[0]?.name;
    expect(container?.livenessProbe).toMatchObject({ httpGet: { path: '/livez', port } });
    expect(container?.startupProbe).toMatchObject({ httpGet: { path: '/livez', port } });
    expect(container?.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port } });
  });

  it('runs one process on one volume, and gives it time to finish', () => {
    const { replicas, strategy, template } = deployment().spec;
    expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(30);
    const [container] = template.spec.containers;
    const database = container?.env.find(({ name }) => name === 'DATABASE_URL')?.value ?? '';
    expect(container?.volumeMounts.some(({ name, mountPath }) => name === 'data' && database.startsWith(`${mountPath}/`))).toBe(true);
  });

  it('takes the token from the Secret that the docs create, and holds none itself', () => {
    expect(deployment().spec.template.spec.volumes).toContainEqual(expect.objectContaining({ secret: expect.objectContaining({ secretName: 'oncallm' }) }));
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(readFileSync('docs/getting-started.md', 'utf8')).toContain('create secret generic oncallm --from-literal=webhook-token=');
    expect(JSON.stringify(all)).toContain('/webhook-token');
  });
});

describe('the Role for one namespace in the docs', () => {
  const CLUSTER_SCOPED = [
    'nodes',
    'persistentvolumes',
    'storageclasses',
    'namespaces',
    'ingressclasses',
    'priorityclasses',
    'apiservices',
    'mutatingwebhookconfigurations',
    'validatingwebhookconfigurations',
  ];
  const yaml = (predicate: (block: Block) => boolean): readonly Manifest[] =>
    PAGES.flatMap(blocksOf)
      .filter((block) => block.info === 'yaml' && predicate(block))
      .flatMap(({ text }) => manifestsIn(text));
  const [role] = yaml(({ text }) => text.includes('kind: Role\n')).filter(({ kind }) => kind === 'Role');
  const names = (rules: Manifest['rules'] = []): readonly string[] =>
    rules.flatMap(({ apiGroups, resources }) => apiGroups.flatMap((group) => resources.map((resource) => `${resource}.${group}`))).toSorted();

  it('only reads', () => {
    expectReadOnly(role?.rules ?? []);
  });

  it('has what the ClusterRole has inside a namespace', () => {
    const cluster = manifestsIn(readFileSync('deploy/kubernetes.yaml', 'utf8')).find(({ kind }) => kind === 'ClusterRole');
    const inside = names(cluster?.rules).filter((name) => !CLUSTER_SCOPED.includes(name.split('.')[0] ?? ''));
    expect(names(role?.rules)).toEqual(inside);
  });
});

function expectReadOnly(rules: NonNullable<Manifest['rules']>): void {
  expect(rules.length).toBeGreaterThan(0);
  for (const { apiGroups, resources, verbs } of rules) {
    expect(verbs).toEqual(['get', 'list']);
    for (const name of [...apiGroups, ...resources]) expect(name).not.toMatch(/^secrets|\*/);
  }
}
