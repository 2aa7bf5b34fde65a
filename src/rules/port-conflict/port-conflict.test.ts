import { describe, expect, it } from 'vitest';
import type { Container, ContainerStatus } from '#domain/kubernetes/pod.ts';
import { askIn, container, NOW, only, pod, workload } from '#testing/world.ts';
import { portConflict } from './port-conflict.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:40:00Z' };
const crashed: ContainerStatus = {
  name: 'app',
  ready: false,
  restartCount: 3,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode: 1, finishedAt: '2026-03-01T11:58:00Z' } },
};
const well: ContainerStatus = { name: 'side', ready: true, restartCount: 0, state: { running: { startedAt: '2026-03-01T11:00:00Z' } }, lastState: {} };

async function judge(log: readonly string[], containers: readonly Container[], statuses: readonly ContainerStatus[] = [crashed, well]) {
  const { subject, pods } = workload('web', [
    pod('web-1', { spec: { containers }, status: { conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: statuses } }),
  ]);
  return portConflict.judge(subject, askIn({ pods, logs: { 'shop/web-1/app previous': log } }), circumstances);
}
const both = [container('app', { ports: [{ containerPort: 8080 }] }), container('side', { args: ['--port=8080'] })];

describe('port-conflict', () => {
  it('is certain when another container of the pod has the port', async () => {
    expect(only(await judge(['listen tcp :8080: bind: address already in use'], both))).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: expect.stringContaining('app and side') },
    });
  });

  it('finds the shared port when the log names none', async () => {
    expect(only(await judge(['nginx: bind() failed (98: Address already in use)'], both))).toMatchObject({ confidence: 'certain' });
  });

  it('is only possible in a pod of one container', async () => {
    expect(only(await judge(['Error: listen EADDRINUSE: address already in use :::3000'], [container('app')], [crashed]))).toMatchObject({
      confidence: 'possible',
    });
  });

  it('says nothing about a crash for another reason', async () => {
    expect(await judge(['panic: no config'], both)).toEqual([]);
  });

  it('says nothing about pods that are well', async () => {
    const { subject, pods } = workload('web', [pod('web-1', { spec: { containers: both } })]);
    expect(await portConflict.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
  });

  it('is undecided when pods cannot be listed', async () => {
    const { subject } = workload('web');
    expect(only(await portConflict.judge(subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
  });
});
