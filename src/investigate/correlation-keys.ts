import { type Alert, isAlwaysFiring } from '#domain/alert.ts';
import { readSubject } from '#domain/alert-subject.ts';
import type { ObjectRef } from '#domain/object-ref.ts';

/** Kinds that run pods for somebody: what people call a workload. */
const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);
/** How controllers name pods: `<deployment>-<template hash>-<5 letters>`. The letters are those of Kubernetes' own random names (apimachinery, util/rand). */
const OF_DEPLOYMENT = /^(?<name>.+)-[bcdfghjklmnpqrstvwxz2456789]{5,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
/** `<statefulset>-<ordinal>`. */
const OF_STATEFUL_SET = /^(?<name>.+)-\d{1,4}$/;

/**
 * What alerts of one trouble share beside their Alertmanager group, by their labels alone: the node and the workload they are about, and the namespace where it is
 * all that they name (never those of whoever exported them). Alerts about different workloads of a namespace are different incidents: each wants its own answer.
 * The node comes first: it takes pods of many namespaces down with it. None for alerts that always fire, or name nothing of the cluster.
 */
export function correlationKeysOf({ labels }: Pick<Alert, 'labels'>): readonly string[] {
  if (isAlwaysFiring(labels)) return [];
  const { objects, namespace } = readSubject(labels);
  const nodes = objects.filter(({ kind }) => kind === 'Node').map(({ name }) => `node/${name}`);
  const workloads = objects.flatMap((ref) => workloadOf(ref) ?? []);
  return [...new Set([...nodes, ...workloads, ...(namespace && objects.length === 0 ? [`namespace/${namespace}`] : [])])];
}

function workloadOf({ kind, namespace, name }: ObjectRef): string | undefined {
  if (!namespace) return undefined;
  if (WORKLOADS.has(kind)) return `workload/${namespace}/${name}`;
  if (kind !== 'Pod') return undefined;
  const maker = (OF_DEPLOYMENT.exec(name) ?? OF_STATEFUL_SET.exec(name))?.groups?.['name'];
  return maker && `workload/${namespace}/${maker}`;
}
