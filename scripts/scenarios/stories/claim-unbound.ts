import { RUNBOOKS } from '../alerts.ts';
import { app, baseCluster, quietNeighbour, type Story } from '../cluster.ts';
import { addDeployment } from '../workloads.ts';
import { meta } from '../world.ts';

const WHY =
  '0/4 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.';

/** A new archive asks for a storage class that this cluster does not have. */
export function claimUnbound(): Story {
  const world = baseCluster('2026-06-02T14:09:50Z', 'archive');
  const store = app({
    name: 'scan-archive',
    image: 'registry.museumsinsel.example/archive/scan-archive:0.8.0',
    team: 'archive',
    container: { volumeMounts: [{ name: 'scans', mountPath: '/var/lib/scans' }] },
    template: { volumes: [{ name: 'scans', persistentVolumeClaim: { claimName: 'scan-archive' } }] },
  });
  const { pods } = addDeployment(world, {
    name: 'scan-archive',
    replicas: 1,
    revisions: [{ template: store, agoMinutes: 38, pods: [{ is: 'unscheduled', agoMinutes: 38, message: WHY }] }],
    progressDeadlineExceeded: true,
    unavailableAgo: 38,
  });
  const claim = world.add({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(world, 'PersistentVolumeClaim', 'scan-archive', 38.1, { finalizers: ['kubernetes.io/pvc-protection'] }),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '200Gi' } }, storageClassName: 'fast-ssd', volumeMode: 'Filesystem' },
    status: { phase: 'Pending' },
  });
  world.event({
    about: claim,
    type: 'Warning',
    reason: 'ProvisioningFailed',
    message: 'storageclass.storage.k8s.io "fast-ssd" not found',
    firstAgo: 38,
    lastAgo: 0.2,
    count: 152,
    component: 'persistentvolume-controller',
  });
  const pod = pods[0]?.[0];
  if (pod)
    world.event({
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      message: WHY,
      firstAgo: 38,
      lastAgo: 2.9,
      count: 8,
      component: 'default-scheduler',
    });
  quietNeighbour(world, app({ name: 'finding-aid', image: 'registry.museumsinsel.example/archive/finding-aid:3.3.3', team: 'archive' }), '10.96.177.2', [
    'worker-1',
    'worker-2',
  ]);

  return {
    name: 'claim-unbound',
    world,
    groupLabels: { alertname: 'KubePodNotReady', namespace: 'archive' },
    alerts: [
      {
        labels: { alertname: 'KubePodNotReady', namespace: 'archive', pod: pod?.metadata.name ?? '', severity: 'warning' },
        annotations: {
          description: `Pod archive/${pod?.metadata.name} has been in a non-ready state for longer than 15 minutes on cluster .`,
          runbook_url: `${RUNBOOKS}/kubepodnotready`,
          summary: 'Pod has been in a non-ready state for more than 15 minutes.',
        },
        firedAgo: 22.6,
        expression:
          'sum by (namespace, pod, cluster) (max by (namespace, pod, cluster) (kube_pod_status_phase{job="kube-state-metrics", namespace=~".*", phase=~"Pending|Unknown|Failed"})) > 0',
      },
    ],
    expected: {
      title: 'The claim names a storage class that does not exist',
      codes: ['StorageClassMissing', 'PersistentVolumeClaimUnbound'],
      objects: [
        { kind: 'PersistentVolumeClaim', namespace: 'archive', name: 'scan-archive' },
        { kind: 'Deployment', namespace: 'archive', name: 'scan-archive' },
      ],
      healthy: false,
    },
  };
}
