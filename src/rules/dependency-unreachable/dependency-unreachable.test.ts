import { describe, expect, it } from 'vitest';
import { DATABASE_SERVICES, type FailingClient, judgeClient } from '#testing/failing-client.ts';
import { askIn, NOW, only, pod, workload } from '#testing/world.ts';
import { dependencyUnreachable } from './dependency-unreachable.ts';

const circumstances = { now: NOW, onset: NOW };

const judge = (log: readonly string[], more?: FailingClient) => judgeClient(dependencyUnreachable, log, more);

describe('dependency-unreachable', () => {
  it('leads to the dependency that has no ready pods', async () => {
    const down = pod('db-1', { metadata: { labels: { app: 'db' } }, status: { conditions: [{ type: 'Ready', status: 'False' }] } });
    const { subject, pods } = workload('web', [pod('web-1', { status: { conditions: [{ type: 'Ready', status: 'False' }] } })]);
    const logs = { 'shop/web-1/app': ['connect ECONNREFUSED db:3306'] };
    expect(only(await dependencyUnreachable.judge(subject, askIn({ pods: [...pods, down], services: DATABASE_SERVICES, logs }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
      claim: { subject: { kind: 'Service', name: 'db' } },
    });
  });

  it('is only possible when the dependency has ready pods, or is outside', async () => {
    expect(only(await judge(['connect ECONNREFUSED db:3306']))).toMatchObject({ confidence: 'possible' });
    expect(only(await judge(['dial tcp: lookup api.example.com: no such host']))).toMatchObject({
      confidence: 'possible',
      claim: { title: expect.stringContaining('api.example.com') },
    });
  });

  it('finds the Service behind an address', async () => {
    expect(only(await judge(['dial tcp 10.96.0.10:3306: connect: connection refused']))).toMatchObject({
      claim: { title: expect.stringContaining('Service db') },
    });
  });

  it('lets complaints about the outside rest that were there long before the trouble, in a pod that is well', async () => {
    const line = (time: string, host: string) => `2026-03-01T${time}Z ERROR dial tcp: lookup ${host} on 10.96.0.10:53: no such host`;
    expect(await judge([line('11:10:00', 'feeds.example.com'), line('11:59:00', 'feeds.example.com')], { well: true })).toEqual([]);
    expect(only(await judge([line('11:50:00', 'feeds.example.com'), line('11:59:00', 'feeds.example.com')], { well: true }))).toMatchObject({
      verdict: 'found',
    });
    expect(only(await judge([line('11:10:00', 'db'), line('11:59:00', 'db')], { well: true }))).toMatchObject({ verdict: 'found' });
  });

  it('lets what a pod said while it started rest', async () => {
    expect(await judge(['2026-03-01T10:00:08Z ERROR connect ECONNREFUSED db:3306'], { well: true })).toEqual([]);
  });

  it('says nothing when logs cannot be read', async () => {
    expect(await judge([], { gaps: { logs: 'forbidden' } })).toEqual([]);
  });
});
