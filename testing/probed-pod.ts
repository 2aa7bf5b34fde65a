import type { KubernetesEvent } from '#domain/kubernetes/cluster.ts';
import type { Container, Pod, Probe } from '#domain/kubernetes/pod.ts';
import type { Rule, Verdict } from '#rules/rule.ts';
import { circumstances } from './objects.ts';
import { askIn, container, event, pod, type World, workload } from './world.ts';

/** Pods that a probe keeps in trouble, for the tests of rules about probes. */

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

/** The pod web-1 in trouble by its probe of this kind: killed again and again, or for its readiness running and never ready. It serves port 8080 unless said otherwise. */
export function probedPod(kind: ProbeKind, probe: Probe, more: Partial<Container> = {}): Pod {
  const last = { terminated: { exitCode: 137, reason: 'Error', startedAt: '2026-03-01T11:54:30Z', finishedAt: '2026-03-01T11:55:00Z' } };
  const trouble =
    kind === 'readiness'
      ? { restartCount: 0, state: { running: { startedAt: '2026-03-01T11:40:00Z' } }, lastState: {} }
      : { restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: last };
  return pod('web-1', {
    spec: { containers: [container('app', { ports: [{ containerPort: 8080 }], [`${kind}Probe`]: probe, ...more })] },
    status: { conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: [{ name: 'app', ready: false, ...trouble }] },
  });
}

/** What the kubelet says about it: the failure, and the killing that follows from it. */
export function probeEvents(kind: ProbeKind, of: Pod, failure: string): readonly KubernetesEvent[] {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return [
    event(of, 'Unhealthy', `${name} probe ${failure.startsWith("couldn't") ? 'errored' : 'failed'}: ${failure}`, { count: 8 }),
    ...(kind === 'readiness' ? [] : [event(of, 'Killing', `Container app failed ${kind} probe, will be restarted`, { type: 'Normal' })]),
  ];
}

/** Judges the workload of this pod, whose probe fails so. */
export async function judgeProbe(rule: Rule, kind: ProbeKind, one: Pod, failure: string, more: Partial<World> = {}): Promise<Verdict | readonly Verdict[]> {
  const { subject, pods } = workload('web', [one]);
  return rule.judge(subject, askIn({ pods, events: pods.flatMap((own) => probeEvents(kind, own, failure)), ...more }), circumstances);
}
