import type { Application, ApplicationOperation, ApplicationSource, ApplicationSync, HelmRelease, Kustomization } from '#domain/kubernetes/delivery.ts';
import { readConditions } from './meta.ts';
import { flag, list, number, object, optionalObject, type Raw, text, texts } from './read.ts';

export function readApplication(raw: Raw): Pick<Application, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const sync = object(status['sync']);
  return {
    spec: { destinationNamespace: text(object(spec['destination'])['namespace']) || undefined, sources: sourcesOf(spec) },
    status: {
      sync: { status: text(sync['status']), revision: revisionOf(sync) },
      health: { status: text(object(status['health'])['status']) },
      history: list(status['history'], readSync),
      operationState: readOperation(optionalObject(status['operationState'])),
      conditions: list(status['conditions'], (condition) => {
        const type = text(condition['type']);
        return type ? { type, message: text(condition['message']), lastTransitionTime: text(condition['lastTransitionTime']) } : undefined;
      }),
    },
  };
}

/** `source`, or `sources` where there are several. */
function sourcesOf(spec: Raw): readonly ApplicationSource[] {
  const several = list(spec['sources'], readSource);
  const one = optionalObject(spec['source']);
  return several.length > 0 || !one ? several : [readSource(one)];
}

function readSource(source: Raw): ApplicationSource {
  const repoURL = text(source['repoURL']);
  return {
    repoURL: repoURL === undefined ? undefined : withoutCredentials(repoURL),
    path: text(source['path']),
    chart: text(source['chart']),
    targetRevision: text(source['targetRevision']),
  };
}

/** The address of a repository without what stands before the `@`: `https://user:token@host/repo` is a way to give it its password. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}

function revisionOf(value: Raw): string | undefined {
  const several = texts(value['revisions']).filter(Boolean);
  return text(value['revision']) || (several.length > 0 ? several.join(', ') : undefined);
}

function readSync(entry: Raw): ApplicationSync {
  return { revision: revisionOf(entry), deployedAt: text(entry['deployedAt']), automated: flag(object(entry['initiatedBy'])['automated']) ?? false };
}

function readOperation(state: Raw | undefined): ApplicationOperation | undefined {
  if (!state) return undefined;
  const result = object(state['syncResult']);
  return {
    phase: text(state['phase']),
    message: text(state['message']),
    startedAt: text(state['startedAt']),
    finishedAt: text(state['finishedAt']),
    revision: revisionOf(result) ?? revisionOf(object(object(state['operation'])['sync'])),
    refused: list(result['resources'], readRefused),
  };
}

function readRefused(resource: Raw): ApplicationOperation['refused'][number] | undefined {
  const [kind, name] = [text(resource['kind']), text(resource['name'])];
  const failed = text(resource['status']) === 'SyncFailed' || ['Failed', 'Error'].includes(text(resource['hookPhase']) ?? '');
  return kind && name && failed ? { kind, namespace: text(resource['namespace']) || undefined, name, message: text(resource['message']) } : undefined;
}

export function readKustomization(raw: Raw): Pick<Kustomization, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const source = object(spec['sourceRef']);
  const [kind, name] = [text(source['kind']), text(source['name'])];
  return {
    spec: { path: text(spec['path']), suspend: flag(spec['suspend']), sourceRef: kind && name ? { kind, name } : undefined },
    status: {
      conditions: readConditions(status['conditions']),
      lastAppliedRevision: text(status['lastAppliedRevision']),
      lastAttemptedRevision: text(status['lastAttemptedRevision']),
      history: list(status['history'], (entry) => ({
        revision: text(object(entry['metadata'])['revision']),
        firstReconciled: text(entry['firstReconciled']),
        lastReconciledStatus: text(entry['lastReconciledStatus']),
      })),
    },
  };
}

export function readHelmRelease(raw: Raw): Pick<HelmRelease, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: { suspend: flag(spec['suspend']), targetNamespace: text(spec['targetNamespace']) },
    status: {
      conditions: readConditions(status['conditions']),
      lastAttemptedRevision: text(status['lastAttemptedRevision']),
      history: list(status['history'], (entry) => ({
        version: number(entry['version']),
        chartName: text(entry['chartName']),
        chartVersion: text(entry['chartVersion']),
        status: text(entry['status']),
        lastDeployed: text(entry['lastDeployed']),
      })),
    },
  };
}
