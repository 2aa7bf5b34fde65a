import { addWorkload, createDraft, DAY, type WorkloadOptions } from '../draft.ts';
import { addClaim, addService, claimTemplate, resources } from '../parts.ts';
import type { Container, Draft, EnvVar, PodSpec, ServiceDraft, Template, Workload } from '../shape.ts';

/** The habits of one team: how it labels, where its images are. */
export interface House {
  readonly namespace: string;
  readonly label: 'app' | 'app.kubernetes.io/name';
  readonly common: Readonly<Record<string, string>>;
}

export interface Part extends WorkloadOptions {
  readonly image: string;
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
  readonly env?: EnvVar[];
  /** Port of the container, and of the Service unless that says otherwise. */
  readonly port?: number;
  readonly portName?: string;
  readonly service?: Partial<ServiceDraft>;
  /** Size of the claim at `/data` of each pod. */
  readonly storage?: string;
}

/** A draft of an application of that house. */
export function newDraft(house: House, id: string): Draft {
  return createDraft(id, house.namespace);
}

/** Adds a workload with its Service; a stateful one also with its headless Service and claims. */
export function addPart(draft: Draft, house: House, name: string, part: Part): Workload {
  const { image, container, spec, env = [], port, portName = 'http', service, storage, ...options } = part;
  const labels = { [house.label]: name, ...house.common };
  const template: Template = {
    labels,
    spec: {
      containers: [
        {
          name,
          image,
          ...(port === undefined ? {} : { ports: [{ name: portName, containerPort: port, protocol: 'TCP' }] }),
          ...(env.length > 0 ? { env } : {}),
          resources: resources('100m', '128Mi', '512Mi'),
          ...(storage === undefined ? {} : { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
          ...container,
        },
      ],
      ...spec,
    },
  };
  const claims = storage === undefined ? [] : [claimTemplate('data', storage)];
  const workload = addWorkload(draft, name, template, { ...options, claims });
  const selector = { [house.label]: name };
  if (port !== undefined) {
    const ports = [{ name: portName, port, targetPort: portName, protocol: 'TCP' }];
    addService(draft, name, port, portName, { selector, ports, ...service });
    if (workload.kind === 'StatefulSet') addService(draft, `${name}-headless`, port, portName, { selector, ports, headless: true });
  }
  if (storage !== undefined)
    for (const [at, pod] of workload.pods.entries()) addClaim(draft, `data-${name}-${at}`, { size: storage, node: pod.node ?? 'worker-1' });
  return workload;
}

/** A Secret that has been there for long. */
export function addSecret(draft: Draft, name: string, keys: string[]): void {
  draft.secrets.push({ name, keys, ago: 71 * DAY });
}
