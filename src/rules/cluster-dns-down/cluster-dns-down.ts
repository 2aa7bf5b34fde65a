import type { Pod } from '#domain/kubernetes/pod.ts';
import { list } from '#domain/question.ts';
import { type AskFor, cite, defineRule, found, notApplicable, ruledOut } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { earliest, isRecent } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { isReady, podRef } from '../support/pods.ts';
import { fix, look } from '../support/workload-edits.ts';

/** Pods that are just being replaced are not down. */
const STARTING_SECONDS = 60;

export const clusterDnsDown = defineRule({
  id: 'cluster-dns-down',
  code: 'ClusterDnsDown',
  summary: 'the DNS of the cluster does not answer, so no Service is found by its name',
  about: 'Cluster',
  role: 'cause',
  symptoms: ['errors', 'unavailable', 'slow', 'restarting', 'not-ready'],
  needs: ['pods', 'deployments', 'services', 'endpoints'],
  references: [{ title: 'Kubernetes: Debugging DNS Resolution', url: 'https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/' }],

  async judge(cluster, ask, { now }) {
    const deployments = await ask(list('deployments', 'kube-system'));
    const pods = await ask(list('pods', 'kube-system'));
    if (deployments.outcome !== 'present' || pods.outcome !== 'present') return notApplicable;
    const deployment = deployments.data.find(
      ({ metadata, spec }) =>
        metadata.labels['k8s-app'] === 'kube-dns' ||
        spec.template.metadata.labels['k8s-app'] === 'kube-dns' ||
        metadata.name === 'coredns' ||
        metadata.name === 'kube-dns',
    );
    const servers = pods.data.filter((pod) => isDns(pod) && pod.metadata.deletionTimestamp === undefined);
    if (!deployment && servers.length === 0) return notApplicable;
    const ready = servers.filter(isReady);
    if (ready.length > 0) {
      const services = await ask(list('services', 'kube-system'));
      const service =
        services.outcome === 'present'
          ? services.data.find(({ metadata }) => metadata.labels['k8s-app'] === 'kube-dns' || metadata.name === 'kube-dns')
          : undefined;
      const endpoints = await ask(list('endpoints', 'kube-system'));
      const own = service && endpoints.outcome === 'present' ? endpoints.data.find(({ metadata }) => metadata.name === service.metadata.name) : undefined;
      if (!service || !own || endpoints.outcome !== 'present' || own.addresses.some((address) => address.ready))
        return ruledOut(pods, `${ready.length} pods of the cluster's DNS are ready.`);
      const ref = { kind: 'Service', namespace: 'kube-system', name: service.metadata.name };
      return found(
        'likely',
        [cite(endpoints, `Service ${ref.name} has no ready endpoint.`, { about: ref }), cite(pods, `${ready.length} DNS pods are ready.`)],
        {
          title: `Service ${ref.name} of the cluster's DNS has no endpoints, though ${ready.length} DNS pods are ready`,
          explanation:
            'Every pod asks this Service for names. Its selector or port does not lead to the DNS pods, so no name resolves anywhere in the cluster.',
          subject: ref,
          remedies: [look('See the Service and its selector.', kubectl(ref, 'get', objectArg(ref), '-o', 'yaml'))],
          since: undefined,
          affects: await suffering(cluster.namespaces, ask),
        },
      );
    }
    if (servers.some(({ metadata }) => isRecent(metadata.creationTimestamp, now, STARTING_SECONDS))) return notApplicable;

    const ref = deployment
      ? { kind: 'Deployment', namespace: 'kube-system', name: deployment.metadata.name, uid: deployment.metadata.uid }
      : podRefOf(servers[0]);
    if (!ref) return notApplicable;
    const scaledAway = deployment?.spec.replicas === 0;
    const [first] = servers;
    return found(
      'certain',
      [
        ...(deployment
          ? [
              cite(deployments, `${ref.name} has ${deployment.status.readyReplicas} of ${deployment.spec.replicas ?? 1} replicas ready.`, {
                about: ref,
                excerpt: fields({ 'spec.replicas': deployment.spec.replicas, 'status.readyReplicas': deployment.status.readyReplicas }),
              }),
            ]
          : []),
        cite(
          pods,
          servers.length === 0 ? 'There is no DNS pod.' : `None of the ${servers.length} DNS pods is ready.`,
          first
            ? {
                about: podRef(first),
                excerpt: fields({
                  phase: first.status.phase,
                  containers: first.status.containerStatuses.map(({ state, restartCount }) => ({ state, restartCount })),
                }),
              }
            : {},
        ),
      ],
      {
        title: scaledAway
          ? `The cluster's DNS (${ref.name}) is scaled to zero`
          : `The cluster's DNS (${ref.name}) is down: none of its ${servers.length} pods is ready`,
        explanation:
          'Every pod asks the DNS of the cluster for the names of Services and of hosts outside. Without it, calls by name fail everywhere, first for what is not cached.',
        subject: ref,
        remedies: [
          look('See the DNS pods.', kubectl(ref, 'get', 'pods', '-l', 'k8s-app=kube-dns', '-o', 'wide')),
          ...(scaledAway
            ? [fix('Give it replicas again.', kubectl(ref, 'scale', objectArg(ref), '--replicas=2'), 'low')]
            : [look('Read what it says.', kubectl(ref, 'logs', '-l', 'k8s-app=kube-dns', '--tail=50'))]),
        ],
        since: earliest(...servers.map(({ status }) => status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime)),
        affects: await suffering(cluster.namespaces, ask),
      },
    );
  },
});

function isDns({ metadata }: Pod): boolean {
  return metadata.labels['k8s-app'] === 'kube-dns' || metadata.labels['k8s-app'] === 'coredns' || metadata.labels['app.kubernetes.io/name'] === 'coredns';
}

function podRefOf(pod: Pod | undefined) {
  return pod && podRef(pod);
}

/** The pods under investigation: all of them resolve names. */
async function suffering(namespaces: readonly string[], ask: AskFor<'pods'>) {
  const lists = await Promise.all(namespaces.map((namespace) => ask(list('pods', namespace))));
  return lists.flatMap((pods) => (pods.outcome === 'present' ? pods.data.slice(0, 100).map(podRef) : []));
}
