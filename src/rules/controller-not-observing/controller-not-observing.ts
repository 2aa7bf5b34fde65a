import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { latestOf, secondsBetween } from '../support/instants.ts';
import { objectArg } from '../support/kubectl.ts';
import { look } from '../support/remedies.ts';

/** A controller sees a change within a second; one that has not in two minutes does not look. */
const PATIENCE_SECONDS = 120;
const TOPICS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;

export const controllerNotObserving = defineRule({
  id: 'controller-not-observing',
  code: 'GenerationNotObserved',
  summary: 'a change of a workload has not been seen by its controller',
  about: 'Workload',
  role: 'mechanism',
  symptoms: ['rollout-stuck', 'control-plane'],
  needs: ['deployments', 'statefulsets', 'daemonsets'],
  references: [
    { title: 'Kubernetes: Deployment status', url: 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/#DeploymentStatus' },
  ],

  async judge(workload, ask, { now }) {
    const { kind, namespace, name } = workload.ref;
    if (!(kind in TOPICS)) return notApplicable;
    const objects = await ask(list(TOPICS[kind as keyof typeof TOPICS], namespace));
    if (objects.outcome !== 'present') return objects.outcome === 'unavailable' ? undecided(objects) : notApplicable;
    const object = [...objects.data].find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const wanted = object?.metadata.generation;
    const seen = object?.status.observedGeneration;
    if (!object || wanted === undefined || seen === undefined) return notApplicable;
    if (seen >= wanted) return ruledOut(objects, `The controller of ${name} has seen its newest change.`);
    const changed = latestOf(...object.metadata.managedFields.filter(({ subresource }) => subresource !== 'status').map(({ time }) => time));
    const lasted = secondsBetween(changed, now);
    if (lasted !== undefined && lasted < PATIENCE_SECONDS) return notApplicable;
    const behind = [...objects.data].filter(({ metadata, status }) => (status.observedGeneration ?? 0) < (metadata.generation ?? 0)).length;
    return found(
      lasted === undefined ? 'possible' : 'likely',
      [
        cite(objects, `${kind} ${name} is at generation ${wanted}; its controller has seen ${seen}.`, {
          about: workload.ref,
          excerpt: fields({ 'metadata.generation': wanted, 'status.observedGeneration': seen, changed }),
        }),
      ],
      {
        title: `The controller has not seen the newest change of ${kind} ${name} (generation ${wanted}, seen ${seen}${changed ? `, changed ${changed}` : ''})`,
        explanation: `The controller manager works off changes within seconds. It is down, has lost its leadership, is held up by a webhook, or may not reach the API server; ${behind > 1 ? `${behind} objects of this kind wait` : 'this is the only object of its kind that waits'}.`,
        remedies: [
          look(
            { kind: 'Pod', namespace: 'kube-system', name: '' },
            'See whether the controller manager runs.',
            'get',
            'pods',
            '-l',
            'component=kube-controller-manager',
          ),
          look(
            { kind: 'Lease', namespace: 'kube-system', name: '' },
            'See who leads, and when it was renewed.',
            'get',
            'lease/kube-controller-manager',
            '-o',
            'yaml',
          ),
          look(workload.ref, 'See the object.', 'get', objectArg(workload.ref), '-o', 'yaml'),
        ],
        since: changed,
        affects: [workload.ref],
      },
    );
  },
});
