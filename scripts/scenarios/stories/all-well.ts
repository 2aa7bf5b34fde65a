import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';

/** A probe from outside failed for a few minutes and the trouble went away by itself: everything is as it should be. */
export function allWell(): Story {
  const world = baseCluster('2026-01-08T19:44:00Z', 'tickets');
  const service = (name: string, version: string) => app({ name, image: `registry.museumsinsel.example/tickets/${name}:${version}`, team: 'tickets' });
  quietNeighbour(world, service('entry-gate', '2.9.1'), '10.96.140.2', ['worker-1', 'worker-2', 'worker-3']);
  quietNeighbour(world, service('guided-tours', '1.12.0'), '10.96.140.3', ['worker-2', 'worker-3']);
  quietNeighbour(world, service('audio-guide', '4.4.2'), '10.96.140.4', ['worker-1', 'worker-3']);
  return {
    name: 'all-well',
    world,
    groupLabels: { alertname: 'ProbeFailed', namespace: 'tickets' },
    alerts: [
      {
        labels: { alertname: 'ProbeFailed', instance: 'https://tickets.museumsinsel.example', job: 'blackbox', namespace: 'tickets', severity: 'warning' },
        annotations: {
          summary: 'The ticket shop could not be reached from outside',
          description: 'Probe of https://tickets.museumsinsel.example failed twice in a row.',
        },
        firedAgo: 3.1,
        expression: 'probe_success{job="blackbox"} == 0',
      },
    ],
    metrics: probeResults('2026-01-08T19:44:00Z'),
    expected: { title: 'Nothing is wrong in the cluster', codes: [], objects: [], healthy: true },
  };
}

/** The probe every half a minute for half an hour: it fails from five minutes to three minutes ago, and answers since. */
function probeResults(takenAt: string): string {
  const end = Date.parse(takenAt) / 1_000;
  const lines = Array.from({ length: 61 }, (_, step) => {
    const ago = 1_800 - step * 30;
    const value = ago <= 300 && ago > 180 ? 0 : 1;
    return `probe_success{instance="https://tickets.museumsinsel.example",job="blackbox",namespace="tickets"} ${value} ${end - ago}`;
  });
  return `# TYPE probe_success gauge\n${lines.join('\n')}\n# EOF\n`;
}
