import { age } from './age.ts';
import { type ApiObject, at, isRecord, listAt, numberAt, textAt } from './api-object.ts';
import { type ApiType, groupVersionOf } from './api-types.ts';
import { podCells } from './pod-row.ts';

/** The columns and cells of one kind. Columns whose name ends in `+` are shown by `-o wide` only. */
interface Printer {
  readonly columns: readonly string[];
  readonly cells: (object: ApiObject, now: number) => readonly (string | number)[];
}

const NONE = '<none>';
const created = ({ metadata }: ApiObject, now: number) => age(metadata.creationTimestamp, now);
const sizeOf = (value: unknown) => (isRecord(value) ? Object.keys(value).length : 0);
const condition = (object: ApiObject, type: string) => listAt(object, 'status.conditions').find((candidate) => candidate['type'] === type);
const ratio = (object: ApiObject) => `${numberAt(object, 'status.readyReplicas')}/${textAt(object, 'spec.replicas') || '1'}`;

/** As `kubectl get` shows them: the kinds that a person looks at first. Others get their name and age. */
const PRINTERS: Readonly<Record<string, Printer>> = {
  'pods.': { columns: ['Ready', 'Status', 'Restarts', 'Age', 'IP+', 'Node+'], cells: podCells },
  'nodes.': {
    columns: ['Status', 'Roles', 'Age', 'Version'],
    cells: (node, now) => {
      const ready = condition(node, 'Ready')?.['status'];
      const state = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
      const roles = Object.keys(node.metadata.labels ?? {}).flatMap((label) => (label.startsWith('node-role.kubernetes.io/') ? [label.slice(24)] : []));
      const cordoned = at(node, 'spec.unschedulable') === true ? ',SchedulingDisabled' : '';
      return [state + cordoned, roles.join(',') || NONE, created(node, now), textAt(node, 'status.nodeInfo.kubeletVersion')];
    },
  },
  'services.': {
    columns: ['Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector+'],
    cells: (service, now) => {
      const ports = listAt(service, 'spec.ports').map((port) => `${textAt(port, 'port')}/${textAt(port, 'protocol') || 'TCP'}`);
      const selector = Object.entries(at(service, 'spec.selector') ?? {}).map(([key, value]) => `${key}=${value}`);
      const type = textAt(service, 'spec.type') || 'ClusterIP';
      return [type, textAt(service, 'spec.clusterIP') || NONE, NONE, ports.join(',') || NONE, created(service, now), selector.join(',') || NONE];
    },
  },
  'endpoints.': {
    columns: ['Endpoints', 'Age'],
    cells: (endpoints, now) => {
      const addresses = listAt(endpoints, 'subsets').flatMap((subset) =>
        listAt(subset, 'addresses').flatMap(({ ip }) => listAt(subset, 'ports').map(({ port }) => `${ip}:${port}`)),
      );
      return [addresses.join(',') || NONE, created(endpoints, now)];
    },
  },
  'deployments.apps': {
    columns: ['Ready', 'Up-to-date', 'Available', 'Age'],
    cells: (object, now) => [ratio(object), numberAt(object, 'status.updatedReplicas'), numberAt(object, 'status.availableReplicas'), created(object, now)],
  },
  'replicasets.apps': {
    columns: ['Desired', 'Current', 'Ready', 'Age'],
    cells: (object, now) => [
      numberAt(object, 'spec.replicas'),
      numberAt(object, 'status.replicas'),
      numberAt(object, 'status.readyReplicas'),
      created(object, now),
    ],
  },
  'statefulsets.apps': { columns: ['Ready', 'Age'], cells: (object, now) => [ratio(object), created(object, now)] },
  'events.': { columns: ['Last Seen', 'Type', 'Reason', 'Object', 'Message'], cells: eventCells },
  'events.events.k8s.io': { columns: ['Last Seen', 'Type', 'Reason', 'Object', 'Message'], cells: eventCells },
  'namespaces.': { columns: ['Status', 'Age'], cells: (object, now) => [textAt(object, 'status.phase'), created(object, now)] },
  'secrets.': {
    columns: ['Type', 'Data', 'Age'],
    cells: (secret, now) => [textAt(secret, 'type') || 'Opaque', sizeOf(secret['data']), created(secret, now)],
  },
  'configmaps.': { columns: ['Data', 'Age'], cells: (map, now) => [sizeOf(map['data']) + sizeOf(map['binaryData']), created(map, now)] },
  'persistentvolumeclaims.': {
    columns: ['Status', 'Volume', 'StorageClass', 'Age'],
    cells: (claim, now) => [textAt(claim, 'status.phase'), textAt(claim, 'spec.volumeName'), textAt(claim, 'spec.storageClassName'), created(claim, now)],
  },
};
const PLAIN: Printer = { columns: ['Age'], cells: (object, now) => [created(object, now)] };

function eventCells(event: ApiObject, now: number): readonly string[] {
  const about = at(event, 'involvedObject') ?? at(event, 'regarding');
  const last = ['lastTimestamp', 'deprecatedLastTimestamp', 'series.lastObservedTime', 'eventTime'].map((path) => textAt(event, path)).find(Boolean);
  const object = `${textAt(about, 'kind').toLowerCase()}/${textAt(about, 'name')}`;
  return [age(last, now), textAt(event, 'type'), textAt(event, 'reason'), object, textAt(event, 'message') || textAt(event, 'note')];
}

/** A meta.k8s.io Table, which is what kubectl asks for to print. */
export function toTable(type: ApiType, objects: readonly ApiObject[], metadata: Record<string, unknown>, now: number): Record<string, unknown> {
  const printer = PRINTERS[`${type.plural}.${type.group}`] ?? PLAIN;
  const names = ['Name', ...printer.columns];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: names.map((name) => ({
      name: name.replace('+', ''),
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: `${name} of the ${type.kind} (${groupVersionOf(type)}).`,
      priority: name.endsWith('+') ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: [object.metadata.name, ...printer.cells(object, now)],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}
