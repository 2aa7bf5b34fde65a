import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KubernetesTopic, TOPIC_FACTS } from '#domain/topic.ts';
import { itemsOf, parseItems, parseList } from './parse-list.ts';

const TOPICS = Object.keys(TOPIC_FACTS) as KubernetesTopic[];
const named = (rest: object, name = 'a') => ({ metadata: { name, namespace: 'shop' }, ...rest });
const one = <T extends KubernetesTopic>(topic: T, item: unknown) => parseItems(topic, [item]).items[0]!;

describe('whatever comes', () => {
  test.each(TOPICS)('%s: nothing but a name is enough', (topic) => {
    const { items, skipped } = parseItems(topic, [named({})]);
    expect(skipped).toBe(0);
    expect(items[0]).toMatchObject({
      kind: topic === 'endpoints' ? 'Endpoints' : TOPIC_FACTS[topic].kind,
      metadata: { name: 'a', labels: {}, ownerReferences: [] },
    });
  });

  test('an item without a name is skipped and counted, the others are read', () => {
    for (const topic of TOPICS) {
      const { items, skipped } = parseItems(topic, [null, 7, {}, { metadata: null }, { metadata: { name: 5 } }, [], named({})]);
      expect([topic, items.length, skipped]).toEqual([topic, 1, 6]);
    }
  });

  test('no JSON makes any reader throw', () => {
    const objects = fc.jsonValue({ maxDepth: 6 }).map((value) => ({
      metadata: { name: 'a', labels: { 'kubernetes.io/service-name': 'a' } },
      ...{ spec: value, status: value, data: value, subsets: value, endpoints: value, webhooks: value },
    }));
    fc.assert(
      fc.property(fc.constantFrom(...TOPICS), objects, (topic, item) => {
        expect(parseItems(topic, [item]).items).toHaveLength(1);
      }),
    );
  });

  test('no malformed part of a pod makes its reader throw, or hides the rest', () => {
    const wrong = fc.jsonValue({ maxDepth: 3 });
    const container = fc.record({
      name: fc.constant('c'),
      env: wrong,
      ports: wrong,
      resources: wrong,
      livenessProbe: wrong,
      volumeMounts: wrong,
      command: wrong,
    });
    const pods = fc.record({
      metadata: fc.record({ name: fc.constant('p'), labels: wrong, ownerReferences: wrong, managedFields: wrong, annotations: wrong }),
      spec: fc.record({
        containers: fc.array(container, { minLength: 1 }),
        volumes: wrong,
        affinity: wrong,
        tolerations: wrong,
        dnsConfig: wrong,
        imagePullSecrets: wrong,
      }),
      status: fc.record({ phase: fc.constant('Running'), conditions: wrong, containerStatuses: wrong }),
    });
    fc.assert(
      fc.property(pods, (pod) => {
        const read = one('pods', pod);
        expect(read.spec.containers[0]?.name).toBe('c');
        expect(read.status.phase).toBe('Running');
      }),
    );
  });

  test('a list is told from what is none', () => {
    expect(itemsOf({ kind: 'PodList', items: null })).toEqual([]);
    expect(itemsOf({ kind: 'Status', message: 'no' })).toBeUndefined();
    expect(parseList('pods', 'text')).toBeUndefined();
    expect(parseList('pods', { items: [named({})] })?.items).toHaveLength(1);
  });

  test('a label called __proto__ changes nothing', () => {
    const pod = one('pods', JSON.parse('{"metadata":{"name":"a","labels":{"__proto__":{"app":"x"},"tier":"web"}}}'));
    expect(pod.metadata.labels).toEqual({ tier: 'web' });
    expect('app' in pod.metadata.labels).toBe(false);
  });
});

describe('pods', () => {
  test('requirements, names and probes as we judge them', () => {
    const term = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 7] }] };
    const pod = one(
      'pods',
      named({
        spec: {
          containers: [
            {
              name: 'c',
              livenessProbe: { httpGet: { port: 'http', path: '/' } },
              resources: { limits: { cpu: 2 } },
              env: [{ name: 'K', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
            },
          ],
          imagePullSecrets: [{ name: 'regcred' }, {}],
          affinity: {
            nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
            podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'host', labelSelector: { matchLabels: { app: 'x' } } }] },
          },
        },
        status: { containerStatuses: [{ name: 'c', restartCount: 3, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] },
      }),
    );
    expect(pod.spec.imagePullSecrets).toEqual(['regcred']);
    expect(pod.spec.affinity?.nodeAffinity?.required[0]?.matchExpressions).toEqual([{ key: 'zone', operator: 'In', values: ['a'] }]);
    expect(pod.spec.affinity?.podAntiAffinity?.required[0]?.topologyKey).toBe('host');
    expect(pod.spec.containers[0]?.livenessProbe?.httpGet).toMatchObject({ port: 'http', path: '/' });
    expect(pod.spec.containers[0]?.resources.limits).toEqual({ cpu: '2' });
    expect(pod.spec.containers[0]?.env[0]?.valueFrom?.secretKeyRef).toMatchObject({ name: 's', key: 'k' });
    expect(pod.status.containerStatuses[0]).toMatchObject({ ready: false, restartCount: 3, lastState: { terminated: { exitCode: 137 } } });
  });
});

describe('events', () => {
  const at = (minute: number) => `2026-03-01T10:0${minute}:00Z`;
  test('of the core group', () => {
    const event = one(
      'events',
      named({
        involvedObject: { kind: 'Pod', name: 'p', uid: 'u' },
        message: 'm',
        count: 4,
        firstTimestamp: at(1),
        lastTimestamp: at(2),
        source: { component: 'kubelet' },
      }),
    );
    expect(event).toMatchObject({ involvedObject: { kind: 'Pod', uid: 'u' }, message: 'm', count: 4, lastTimestamp: at(2), component: 'kubelet' });
  });
  test('of events.k8s.io', () => {
    const event = one(
      'events',
      named({
        regarding: { kind: 'Pod', name: 'p' },
        note: 'n',
        eventTime: at(1),
        series: { count: 9, lastObservedTime: at(3) },
        reportingController: 'scheduler',
      }),
    );
    expect(event).toMatchObject({ involvedObject: { name: 'p' }, message: 'n', count: 9, firstTimestamp: at(1), lastTimestamp: at(3), component: 'scheduler' });
  });
  test('the newest time there is: last, series, event, creation', () => {
    const times = { lastTimestamp: at(4), series: { lastObservedTime: at(3) }, eventTime: at(2) };
    const metadata = { name: 'e', creationTimestamp: at(1) };
    const last = (event: object) => one('events', { metadata, ...event }).lastTimestamp;
    expect([last(times), last({ ...times, lastTimestamp: null }), last({ eventTime: at(2), series: null }), last({})]).toEqual([at(4), at(3), at(2), at(1)]);
  });
});

describe('endpoints', () => {
  const slice = (name: string, endpoints: unknown, ports: unknown = [{ port: 80 }]) => ({
    addressType: 'IPv4',
    metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints,
    ports,
  });
  test('the slices of one Service are one', () => {
    const items = [
      slice('web-1', [{ addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'p1' } }]),
      slice('web-2', [{ addresses: ['10.0.0.2'], conditions: { ready: false } }, { addresses: ['10.0.0.3'] }]),
    ];
    const [web, ...others] = parseItems('endpoints', items).items;
    expect(others).toEqual([]);
    expect(web).toMatchObject({ kind: 'Endpoints', metadata: { name: 'web' }, ports: [{ port: 80 }] });
    expect(web?.addresses.map(({ ip, ready, pod }) => [ip, ready, pod])).toEqual([
      ['10.0.0.1', true, 'p1'],
      ['10.0.0.2', false, undefined],
      ['10.0.0.3', true, undefined],
    ]);
  });
  test('a Service that selects nothing has endpoints without addresses', () => {
    expect(one('endpoints', slice('web-1', null, null))).toMatchObject({ metadata: { name: 'web' }, addresses: [], ports: [] });
  });
  test('Endpoints say the same', () => {
    const subsets = [{ addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '10.0.0.2' }], ports: [{ port: 80, name: 'http' }] }];
    expect(one('endpoints', named({ subsets }, 'web'))).toMatchObject({
      addresses: [
        { ip: '10.0.0.1', ready: true },
        { ip: '10.0.0.2', ready: false },
      ],
      ports: [{ name: 'http', port: 80 }],
    });
  });
});

describe('what must not come in', () => {
  test('a Secret keeps its keys and none of its values, wherever they are', () => {
    const secret = one('secrets', {
      metadata: { name: 's', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}', team: 'a' } },
      type: 'Opaque',
      data: { password: 'aHVudGVyMg==' },
      stringData: { token: 'hunter2' },
    });
    expect(secret).toMatchObject({ type: 'Opaque', keys: ['password', 'token'], metadata: { annotations: {} } });
    expect(JSON.stringify(secret)).not.toMatch(/hunter2|aHVudGVyMg/);
  });
  test('binary data of a ConfigMap is known by its keys', () => {
    expect(one('configmaps', named({ data: { a: '1' }, binaryData: { b: 'AAAA' } }))).toMatchObject({ data: { a: '1' }, binaryKeys: ['b'] });
  });
});

test('an autoscaler of autoscaling/v1 reads like one of v2', () => {
  const v1 = { spec: { maxReplicas: 5, targetCPUUtilizationPercentage: 80 }, status: { currentCPUUtilizationPercentage: 95 } };
  expect(one('horizontalpodautoscalers', named(v1))).toMatchObject({
    spec: { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } }] },
    status: { currentMetrics: [{ resource: { current: { averageUtilization: 95 } } }] },
  });
});

test('20,000 events and 2,000 pods take well under a second', () => {
  const events = Array.from({ length: 20_000 }, (_, n) =>
    named({ involvedObject: { kind: 'Pod', name: `p${n}` }, message: 'x', lastTimestamp: '2026-03-01T10:00:00Z' }),
  );
  const container = { name: 'c', env: Array.from({ length: 20 }, (_, n) => ({ name: `E${n}`, value: 'v' })), ports: [{ containerPort: 80 }] };
  const pods = Array.from({ length: 2000 }, () =>
    named({ spec: { containers: [container, container] }, status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
  );
  const start = performance.now();
  expect(parseItems('events', events).items).toHaveLength(20_000);
  expect(parseItems('pods', pods).items).toHaveLength(2000);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('finds only what an object says, whatever name is looked up', () => {
  const pod = one('pods', { metadata: { name: 'p', labels: { app: 'web' } } });
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(pod.metadata.labels[name]).toBeUndefined();
    expect(pod.metadata.annotations[name]).toBeUndefined();
  }
  const quota = one('resourcequotas', { metadata: { name: 'q' }, spec: { hard: { constructor: '5', pods: 3 } } });
  expect({ ...quota.spec.hard }).toEqual({ constructor: '5', pods: '3' });
  expect(quota.status.used['constructor']).toBeUndefined();
});
