import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '#domain/kubernetes/pod.ts';
import { container, NOW, pod } from '#testing/world.ts';
import { crashesOf } from './crashes.ts';

const circumstances = { now: NOW, onset: '2026-03-01T11:30:00Z' };
const status = (more: Partial<ContainerStatus>): ContainerStatus => ({ name: 'app', ready: false, restartCount: 0, state: {}, lastState: {}, ...more });
const of = (more: Partial<ContainerStatus>, spec: Partial<Pod['spec']> = {}, phase = 'Running') =>
  crashesOf([pod('web-1', { spec: { containers: [container('app')], ...spec }, status: { phase, containerStatuses: [status(more)] } })], circumstances).map(
    ({ state, run }) => [state, run],
  );
const ended = (finishedAt: string, exitCode = 1) => ({ terminated: { exitCode, finishedAt } });

describe('crashesOf', () => {
  it('tells down, again and once', () => {
    expect(of({ restartCount: 5, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended('2026-03-01T11:00:00Z') })).toEqual([
      ['down', 'previous'],
    ]);
    expect(of({ restartCount: 5, state: { running: {} }, lastState: ended('2026-03-01T11:58:00Z') })).toEqual([['again', 'previous']]);
    expect(of({ restartCount: 1, state: { running: {} }, lastState: ended('2026-03-01T11:58:00Z') })).toEqual([['once', 'previous']]);
    expect(of({ state: ended('2026-03-01T11:58:00Z') })).toEqual([['down', 'current']]);
  });

  it('lets old restarts, finished Jobs and old failed ones rest', () => {
    expect(of({ restartCount: 9, state: { running: {} }, lastState: ended('2026-03-01T09:00:00Z') })).toEqual([]);
    expect(of({ state: ended('2026-03-01T11:58:00Z', 0) }, { restartPolicy: 'Never' }, 'Succeeded')).toEqual([]);
    expect(of({ state: ended('2026-03-01T01:00:00Z') }, { restartPolicy: 'Never' }, 'Failed')).toEqual([]);
  });

  it('lets a failed try of a Job rest when a later one succeeded', () => {
    const owner = { ownerReferences: [{ kind: 'Job', name: 'j', uid: 'job', controller: true }] };
    const failed = pod('j-1', { metadata: owner, status: { phase: 'Failed', containerStatuses: [status({ state: ended('2026-03-01T11:40:00Z') })] } });
    const later = pod('j-2', { metadata: { ...owner, creationTimestamp: '2026-03-01T11:41:00Z' }, status: { phase: 'Succeeded', containerStatuses: [] } });
    expect(crashesOf([failed], circumstances)).toHaveLength(1);
    expect(crashesOf([failed, later], circumstances)).toEqual([]);
  });

  it('sees a Job that failed lately', () => {
    expect(of({ state: ended('2026-03-01T11:50:00Z') }, { restartPolicy: 'Never' }, 'Failed')).toEqual([['down', 'current']]);
  });
});
