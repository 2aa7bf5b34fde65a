import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { fields } from '../support/excerpt.ts';
import { containersOf, isFinished, podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

/** The kubelet's sentences, from its verification before it creates a container. */
const REFUSED = /runAsNonRoot and image will run as root|runAsUser breaks non-root policy|non-numeric user .*cannot verify user is non-root/i;

export const runAsNonRoot = defineRule({
  id: 'run-as-non-root',
  code: 'RunAsNonRootViolation',
  summary: 'the pod demands a user other than root, and the image or the pod says root',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods'],
  references: [
    {
      title: 'Kubernetes: Configure a Security Context',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-the-security-context-for-a-pod',
    },
  ],

  async judge(workload, ask) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const refused = pods.data
      .filter((pod) => !isFinished(pod))
      .flatMap(containersOf)
      .find(({ status }) => REFUSED.test(status?.state.waiting?.message ?? ''));
    if (!refused) return notApplicable;

    const { pod, spec, status } = refused;
    const message = status?.state.waiting?.message ?? '';
    const user = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
    const named = /non-numeric user \(([^)]{1,64})\)/i.exec(message)?.[1];
    const facts = fields({
      'state.waiting.reason': status?.state.waiting?.reason,
      'state.waiting.message': message,
      'pod securityContext': pod.spec.securityContext,
      'container securityContext': spec.securityContext,
    });
    return found('certain', [cite(pods, `The kubelet refuses to create container ${spec.name}.`, { about: podRef(pod), excerpt: facts })], {
      title:
        user === 0
          ? `Container ${spec.name} sets runAsUser 0, but runAsNonRoot forbids root`
          : named
            ? `Image ${spec.image} of container ${spec.name} runs as user "${named}"; runAsNonRoot needs a number in runAsUser to tell that it is not root`
            : `Image ${spec.image} of container ${spec.name} runs as root, but runAsNonRoot forbids it`,
      explanation: `The kubelet checks the user before it creates a container and refuses root when runAsNonRoot is true. The security context in the pod template of ${workload.ref.name} and the user of the image must agree.`,
      remedies: [
        look(workload.ref, 'See the security context and the refusal.', 'get', `pod/${pod.metadata.name}`, '-o', 'yaml'),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Set runAsUser of container ${spec.name} to the number of a user other than 0 that the image can run as.`),
      ],
      since: pod.metadata.creationTimestamp,
      affects: [podRef(pod)],
    });
  },
});
