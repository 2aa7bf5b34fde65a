import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDelivery } from '#ingest/parse-delivery.ts';
import { openRecording } from '#sources/recording/open-recording.ts';

const HERE = import.meta.dirname;
const SETS = ['incidents', 'healthy'];
const DIRECTORIES = SETS.flatMap((set) =>
  readdirSync(join(HERE, set), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [`${set}/${name}`, join(HERE, set, name)] as const),
);

interface Item {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly creationTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly [field: string]: unknown;
}

function objectsOf(dir: string): readonly Item[] {
  return readdirSync(join(dir, 'resources')).flatMap((file) => (JSON.parse(readFileSync(join(dir, 'resources', file), 'utf8')) as { items: Item[] }).items);
}

function filesOf(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const at = <T>(value: unknown, ...path: readonly string[]): T | undefined =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value) as T | undefined;
const fits = (selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

describe('the recordings', () => {
  it('name an expected answer each, and nothing else', () => {
    for (const set of SETS) {
      const expected = JSON.parse(readFileSync(join(HERE, set, 'expected.json'), 'utf8')) as Record<
        string,
        { root_cause: string; object: string; family: string; namespace: string }
      >;
      expect(Object.keys(expected).toSorted()).toEqual(DIRECTORIES.filter(([name]) => name.startsWith(`${set}/`)).map(([name]) => name.slice(set.length + 1)));
      for (const answer of Object.values(expected)) {
        expect(answer.namespace).not.toBe('');
        expect(answer.object).toMatch(set === 'healthy' ? /^$/ : /^[A-Za-z]+\/[a-z0-9.-]+$/);
        expect(answer.root_cause).toMatch(set === 'healthy' ? /^healthy$/ : /^[A-Z][A-Za-z]+$/);
      }
    }
  });

  it('stay under eight megabytes, and name no machine of ours', () => {
    const files = DIRECTORIES.flatMap(([, dir]) => filesOf(dir));
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(8_000_000);
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toMatch(/\/work\/|\/root\//);
  });
});

describe.each(DIRECTORIES)('recording %s', (_name, dir) => {
  const objects = objectsOf(dir);
  const byUid = new Map(objects.map((object) => [object.metadata.uid, object]));
  const pods = objects.filter(({ kind }) => kind === 'Pod');

  it('opens, with an alert that can be taken in', async () => {
    const recording = await openRecording(dir);
    expect(Date.parse(recording.takenAt)).not.toBeNaN();
    const parsed = parseDelivery(readFileSync(join(dir, 'alert.json'), 'utf8'), {
      id: 'test',
      cluster: 'default',
      receivedAt: recording.takenAt,
      remoteAddress: '127.0.0.1',
      userAgent: 'test',
    });
    expect(parsed.ok && parsed.delivery.alerts.length).toBeGreaterThan(0);
    const pods = await recording.source.answer({ about: 'list', topic: 'pods', namespace: recording.namespace }, AbortSignal.timeout(5000));
    expect(pods.outcome).toBe('present');
    await recording.source.close();
  });

  it('has each object once, made before the snapshot was taken', async () => {
    const { takenAt } = await openRecording(dir);
    expect(byUid.size).toBe(objects.length);
    for (const { metadata } of objects) if (metadata.creationTimestamp) expect(Date.parse(metadata.creationTimestamp)).toBeLessThanOrEqual(Date.parse(takenAt));
  });

  it('has the owners that its objects name', () => {
    for (const { metadata } of objects)
      for (const owner of metadata.ownerReferences ?? []) {
        const found = byUid.get(owner.uid);
        expect(`${found?.kind}/${found?.metadata.name}`, metadata.name).toBe(`${owner.kind}/${owner.name}`);
      }
  });

  it('has events about objects that are there, in time order', () => {
    for (const event of objects.filter(({ kind }) => kind === 'Event')) {
      const about = event['involvedObject'] as { kind: string; name: string; uid: string };
      const found = about.uid === about.name ? objects.find(({ kind, metadata }) => kind === 'Node' && metadata.name === about.name) : byUid.get(about.uid);
      expect(`${found?.kind}/${found?.metadata.name}`).toBe(`${about.kind}/${about.name}`);
      const [first, last] = [at<string>(event, 'firstTimestamp'), at<string>(event, 'lastTimestamp')];
      if (first && last) expect(Date.parse(last), event.metadata.name).toBeGreaterThanOrEqual(Date.parse(first));
    }
  });

  it('has its pods on nodes that are there, with an address of their own', () => {
    const nodes = new Set(objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata.name));
    const addresses: string[] = [];
    for (const pod of pods) {
      const node = at<string>(pod, 'spec', 'nodeName');
      if (node) expect(nodes).toContain(node);
      const ip = at<string>(pod, 'status', 'podIP');
      if (ip && !at<boolean>(pod, 'spec', 'hostNetwork')) addresses.push(ip);
    }
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('has endpoints of exactly the pods that a selector finds', () => {
    for (const service of objects.filter(({ kind }) => kind === 'Service')) {
      const selector = at<Record<string, string>>(service, 'spec', 'selector');
      if (!selector) continue;
      const slices = objects.filter(
        ({ kind, metadata }) =>
          kind === 'EndpointSlice' &&
          metadata.namespace === service.metadata.namespace &&
          metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
      );
      const targets = slices.flatMap((slice) =>
        (slice['endpoints'] as { targetRef: { name: string }; conditions: { ready: boolean } }[]).map(
          ({ targetRef, conditions }) => `${targetRef.name} ${conditions.ready}`,
        ),
      );
      const found = pods
        .filter(
          (pod) =>
            pod.metadata.namespace === service.metadata.namespace &&
            fits(selector, pod.metadata.labels) &&
            at<string>(pod, 'status', 'podIP') &&
            !['Succeeded', 'Failed'].includes(at<string>(pod, 'status', 'phase') ?? ''),
        )
        .map((pod) => {
          const ready = (at<{ type: string; status: string }[]>(pod, 'status', 'conditions') ?? []).some(
            ({ type, status }) => type === 'Ready' && status === 'True',
          );
          return `${pod.metadata.name} ${ready && at<string>(pod, 'metadata', 'deletionTimestamp') === undefined}`;
        });
      expect(targets.toSorted(), service.metadata.name).toEqual(found.toSorted());
    }
  });

  it('counts the replicas of its controllers as its pods are', () => {
    for (const set of objects.filter(({ kind }) => kind === 'ReplicaSet')) {
      const mine = pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === set.metadata.uid));
      const active = mine.filter((pod) => at<string>(pod, 'status', 'phase') !== 'Failed' && at<string>(pod, 'metadata', 'deletionTimestamp') === undefined);
      expect(at<number>(set, 'status', 'replicas'), set.metadata.name).toBe(active.length);
    }
  });
});
