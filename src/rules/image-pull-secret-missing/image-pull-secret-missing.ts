import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided } from '../rule.ts';
import { eventLine, eventsOf } from '../support/events.ts';
import { fields } from '../support/excerpt.ts';
import { imageName, pullTroubles } from '../support/image-pull.ts';
import { podRef, podsOf } from '../support/pods.ts';
import { refusalMeaning } from '../support/pull-access.ts';
import { missingPullSecrets, SECRET_NOT_RETRIEVED } from '../support/pull-secrets.ts';
import { editIt, look } from '../support/remedies.ts';
import { rollBack } from '../support/workload-edits.ts';

export const imagePullSecretMissing = defineRule({
  id: 'image-pull-secret-missing',
  code: 'ImagePullSecretMissing',
  summary: 'a private image is pulled without credentials: no pull secret is configured, or the one named does not exist',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'secrets'],
  references: [
    {
      title: 'Kubernetes: Specifying imagePullSecrets on a Pod',
      url: 'https://kubernetes.io/docs/concepts/containers/images/#specifying-imagepullsecrets-on-a-pod',
    },
  ],

  async judge(workload, ask) {
    const all = await ask(list('pods', workload.ref.namespace));
    const pods = podsOf(workload, all);
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present' || all.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', workload.ref.namespace));
    const denied = pullTroubles(pods, events).filter(({ failure }) => failure === 'denied');
    if (denied.length === 0) return notApplicable;
    const secrets = await ask(list('secrets', workload.ref.namespace));

    const named = denied.map((trouble) => ({ trouble, missing: missingPullSecrets(trouble.pod, events, secrets) })).find(({ missing }) => missing.length > 0);
    const trouble = named?.trouble ?? denied.find((one) => refusalMeaning(one, all.data) === 'no-credentials');
    if (!trouble) return undecided('The registry refuses the image, and not for want of a pull secret.');
    const { pod, image, view } = trouble;
    const { registry } = imageName(image);
    const own = eventsOf(podRef(pod), events);
    const said = own.outcome === 'present' ? own.data.findLast(({ reason }) => reason === SECRET_NOT_RETRIEVED) : undefined;
    const account = pod.spec.serviceAccountName ?? 'default';
    const missing = named?.missing.join(', ');
    const citations = [
      ...trouble.citations,
      cite(pods, missing === undefined ? 'The pod has no pull secret, and so its service account has none either.' : `The pod names pull secret ${missing}.`, {
        about: podRef(pod),
        excerpt: fields({ 'spec.imagePullSecrets': pod.spec.imagePullSecrets, 'spec.serviceAccountName': account }),
      }),
      ...(missing !== undefined && secrets.outcome === 'present'
        ? [cite(secrets, `There is no Secret ${missing} in namespace ${workload.ref.namespace}.`)]
        : []),
      ...(said && own.outcome === 'present'
        ? [cite(own, 'The kubelet could not read the pull secret.', { about: podRef(pod), excerpt: eventLine(said) })]
        : []),
    ];
    return found(missing === undefined ? 'likely' : 'certain', citations, {
      title:
        missing === undefined
          ? `Registry ${registry} wants credentials for image ${image} of container ${view.spec.name}, and neither the pod nor ServiceAccount ${account} has a pull secret`
          : `Pull secret ${missing} of ${workload.ref.name} does not exist in namespace ${workload.ref.namespace}, so registry ${registry} refuses image ${image}`,
      explanation:
        missing === undefined
          ? `The image was asked for without credentials and the registry refused. Either the repository is private and the pod template of ${workload.ref.name} lacks imagePullSecrets, or the name is wrong: registries tell strangers neither.`
          : 'Kubernetes goes on without a pull secret that it cannot find and asks as a stranger; a private repository then refuses. Secrets are not shared between namespaces.',
      remedies: [
        look(workload.ref, 'See which pull secrets there are in the namespace.', 'get', 'secrets', '--field-selector', 'type=kubernetes.io/dockerconfigjson'),
        ...rollBack(workload.ref),
        editIt(workload.ref, `Set imagePullSecrets to a secret of this namespace with access to ${registry}/${imageName(image).repository}.`),
      ],
      since: trouble.since,
      affects: [podRef(pod)],
    });
  },
});
