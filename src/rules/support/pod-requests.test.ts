import { describe, expect, it } from 'vitest';
import { container, podSpec } from '#testing/world.ts';
import { podRequests } from './pod-requests.ts';

const asks = (cpu: string, more: { restartPolicy?: string } = {}) => container(`c${cpu}`, { resources: { requests: { cpu }, limits: {} }, ...more });

describe('podRequests', () => {
  it('adds up containers', () => expect(podRequests(podSpec({ containers: [asks('500m'), asks('1')] }))).toEqual({ cpu: 1.5 }));
  it('takes the largest init container where that is more', () => {
    expect(podRequests(podSpec({ containers: [asks('1')], initContainers: [asks('3'), asks('2')] }))).toEqual({ cpu: 3 });
  });
  it('adds sidecars to both', () => {
    expect(podRequests(podSpec({ containers: [asks('1')], initContainers: [asks('500m', { restartPolicy: 'Always' }), asks('2')] }))).toEqual({ cpu: 2.5 });
  });
  it('takes a limit for a request that is not there, and nothing for what cannot be read', () => {
    const one = container('a', { resources: { requests: { cpu: 'lots' }, limits: { memory: '1Ki' } } });
    expect(podRequests(podSpec({ containers: [one] }))).toEqual({ memory: 1024 });
  });
});
