import { workloadOf } from '../draft.ts';
import { resources } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { fewer, measureNodes, measureServices, slow } from '../third/measures.ts';
import { anomaly } from '../third/tell.ts';
import { incident, symptom } from './fleet.ts';
import { campus, clinic, feed, ledgerly } from './fleets.ts';

const FAMILY = 'performance';
const WINDOW = { from: 3.4, to: 1.5 };

function limited(draft: Draft, name: string): void {
  for (const { template } of workloadOf(draft, name).revisions)
    for (const one of template.spec.containers) one.resources = resources('100m', '160Mi', '640Mi', '200m');
}

const busy = [
  incident('cpu-ranker', feed, ['CpuSaturated', 'ranker-01', FAMILY], (draft) => {
    limited(draft, 'ranker-01');
    measureServices(draft, WINDOW, { 'ranker-01': { cores: 4.8, throttled: 0.8, latency: 14 }, 'feed-api-v2': { latency: 3 } });
    measureNodes(draft, WINDOW);
    symptom(draft, 'ServiceQualityDegradation', {}, 'Service quality degradation.');
    anomaly(draft, 'CPUThrottlingHigh', { service: 'ranker-01' }, 'RESOURCE_SATURATION [cpu_cfs] | Val: 0.802s (Throttled)', 2);
    slow(draft, 'ranker-01', 12, 190, 2);
    slow(draft, 'feed-api-v2', 31, 101, 2);
  }),
  incident('cpu-pdf', ledgerly, ['CpuSaturated', 'rel-ledgerly-pdf', FAMILY], (draft) => {
    limited(draft, 'rel-ledgerly-pdf');
    measureServices(draft, WINDOW, { 'rel-ledgerly-pdf': { cores: 4.9, throttled: 0.7, latency: 20 } });
    measureNodes(draft, WINDOW, { 'worker-2': { busy: 0.1 } });
    symptom(draft, 'SidekiqQueueLatency', { queue: 'pdf' }, 'Jobs wait long.');
    anomaly(
      draft,
      'ContainerCPUHigh',
      { service: 'rel-ledgerly-pdf' },
      'RESOURCE_SATURATION [cpu core] | Normal=0.04 cores -> Current=0.20 cores (+390.0%)',
      2,
    );
    slow(draft, 'rel-ledgerly-pdf', 15, 410, 2);
  }),
  incident('cpu-grades', campus, ['CpuSaturated', 'grades', FAMILY], (draft) => {
    limited(draft, 'grades');
    measureServices(draft, WINDOW, { grades: { cores: 4.7, throttled: 0.9, latency: 11 }, lms: { latency: 4 }, enrol: { latency: 3 } });
    measureNodes(draft, WINDOW);
    symptom(draft, 'HighLatency', { service: 'lms' }, 'lms is slow.');
    slow(draft, 'lms', 20, 88, 2);
  }),
];

const delayed = [
  incident('delay-labs', clinic, ['PodNetworkDelay', 'labs', FAMILY], (draft) => {
    measureServices(draft, WINDOW, {
      labs: { latency: 300, rate: 0.5, packets: 0.5 },
      intake: { latency: 40, rate: 0.6, packets: 0.6 },
      portal: { latency: 25, rate: 0.6, packets: 0.6 },
    });
    measureNodes(draft, WINDOW);
    symptom(draft, 'ServiceQualityDegradation', {}, 'Service quality degradation.');
    slow(draft, 'labs', 9, 2700, 2);
    fewer(draft, 'labs', 9, 4.5, 2);
    slow(draft, 'portal', 20, 510, 2);
  }),
  incident('delay-timetable', campus, ['PodNetworkDelay', 'timetable', FAMILY], (draft) => {
    measureServices(draft, WINDOW, { timetable: { latency: 220, rate: 0.45, packets: 0.5 }, lms: { latency: 18, rate: 0.6, packets: 0.6 } });
    measureNodes(draft, WINDOW);
    symptom(draft, 'HighLatency', { service: 'lms' }, 'lms is slow.');
    slow(draft, 'timetable', 14, 2980, 2);
  }),
  incident('delay-cassandra-client', feed, ['PodNetworkDelay', 'feed-api-v2', FAMILY], (draft) => {
    measureServices(draft, WINDOW, { 'feed-api-v2': { latency: 260, rate: 0.5, packets: 0.45 }, 'edge-envoy': { latency: 60, rate: 0.6, packets: 0.6 } });
    measureNodes(draft, WINDOW);
    symptom(draft, 'ServiceLatencyIncreasedSignificantly', {}, 'Service latency increased significantly');
    slow(draft, 'feed-api-v2', 17, 4400, 2);
    fewer(draft, 'feed-api-v2', 10, 5, 2);
  }),
];

export const performance = [...busy, ...delayed];
