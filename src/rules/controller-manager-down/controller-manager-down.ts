import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { lookAtComponent } from '../support/control-plane.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { fix, look } from '../support/workload-edits.ts';

export const controllerManagerDown = defineRule({
  id: 'controller-manager-down',
  code: 'ControllerManagerDown',
  summary: 'the controller manager does not run, so Deployments and other controllers do nothing about what is wanted',
  about: 'Cluster',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'control-plane', 'autoscaling'],
  needs: ['pods', 'nodes', 'leases', 'metrics', 'deployments', 'statefulsets', 'daemonsets'],
  references: [
    { title: 'Kubernetes: kube-controller-manager', url: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/' },
  ],

  async judge(cluster, ask, circumstances) {
    const trouble = await lookAtComponent('kube-controller-manager', ask, circumstances);
    if (trouble.citations.length === 0) return notApplicable;
    const behind: ObjectRef[] = [];
    const shown: ReturnType<typeof cite>[] = [];
    for (const namespace of cluster.namespaces) {
      const sets = [await ask(list('deployments', namespace)), await ask(list('statefulsets', namespace)), await ask(list('daemonsets', namespace))];
      for (const evidence of sets) {
        if (evidence.outcome !== 'present') continue;
        for (const { kind, metadata, status } of evidence.data) {
          if (metadata.generation === undefined || (status.observedGeneration ?? 0) >= metadata.generation) continue;
          const ref: ObjectRef = { kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
          behind.push(ref);
          shown.push(
            cite(evidence, `Nobody has acted on the last change of ${kind} ${metadata.name}.`, {
              about: ref,
              excerpt: fields({ 'metadata.generation': metadata.generation, 'status.observedGeneration': status.observedGeneration }),
            }),
          );
        }
      }
    }
    const byUnit = trouble.citations.some(({ excerpt }) => excerpt?.includes('node_systemd_unit_state'));
    if (behind.length === 0 && trouble.citations.length < 2 && !byUnit)
      return undecided('The controller manager looks down, but every controller has acted on what is wanted.');
    return found(behind.length > 0 || trouble.citations.length >= 2 ? 'certain' : 'likely', [...trouble.citations.slice(0, 3), ...shown.slice(0, 2)], {
      title: `The controller manager is down${trouble.node ? ` on node ${trouble.node.name}` : ''}: changes and lost pods are not acted on`,
      explanation:
        'Deployments, StatefulSets, Jobs, endpoints and node health are the work of the controller manager. Without it, no pod is made or replaced and no endpoint is updated; what runs keeps running.',
      subject: trouble.node ?? cluster.ref,
      remedies: [
        look('See the components of the control plane.', 'kubectl -n kube-system get pods -l tier=control-plane -o wide'),
        fix(
          'On the control-plane node, see why it stopped and start it (its static pod manifest in /etc/kubernetes/manifests, or systemctl status kube-controller-manager).',
          trouble.pod ? kubectl(trouble.pod, 'logs', trouble.pod.name, '--previous') : 'kubectl -n kube-system get lease kube-controller-manager -o yaml',
          'none',
        ),
      ],
      since: trouble.since,
      affects: behind.slice(0, 200),
    });
  },
});
