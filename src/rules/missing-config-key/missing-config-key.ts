import type { ConfigMap, SecretKeys } from '#domain/kubernetes/cluster.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import type { Workload } from '#domain/subject.ts';
import { cite, defineRule, found, notApplicable, ruledOut, undecided } from '../rule.ts';
import { type ConfigReference, configReferences } from '../support/config-references.ts';
import { fields } from '../support/excerpt.ts';
import { citeStuck, inNamespaceOf } from '../support/missing-config.ts';
import { isReady, podRef, podsOf } from '../support/pods.ts';
import { editIt, look } from '../support/remedies.ts';
import { nearest } from '../support/similar.ts';
import { type StuckPod, stuckPods, wordsAbout } from '../support/stuck-pods.ts';
import { rollBack } from '../support/workload-edits.ts';

export const missingConfigKey = defineRule({
  id: 'missing-config-key',
  code: 'MissingConfigKey',
  summary: 'a ConfigMap or Secret exists, but lacks the key that the pod asks for',
  about: 'Workload',
  role: 'cause',
  symptoms: ['pending', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'events', 'configmaps', 'secrets'],
  references: [
    {
      title: 'Kubernetes: Configure a Pod to Use a ConfigMap',
      url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#restrictions',
    },
  ],

  async judge(workload, ask) {
    const { namespace } = workload.ref;
    const pods = podsOf(workload, await ask(list('pods', namespace)));
    if (pods.outcome === 'unavailable') return undecided(pods);
    if (pods.outcome !== 'present') return notApplicable;
    const events = await ask(list('events', namespace));
    const asked = stuckPods(pods.data, events).flatMap((stuck) =>
      configReferences(stuck.pod.spec).flatMap((reference) =>
        reference.key === undefined ? [] : [{ stuck, reference, key: reference.key, said: saysKeyMissing(stuck, reference) }],
      ),
    );
    if (asked.length === 0) return notApplicable;

    const lists = { ConfigMap: await ask(list('configmaps', namespace)), Secret: await ask(list('secrets', namespace)) };
    const objectOf = ({ kind, name }: ConfigReference): ConfigMap | SecretKeys | undefined => {
      const objects = lists[kind];
      return objects.outcome === 'present' ? objects.data.filter(inNamespaceOf(workload)).find(({ metadata }) => metadata.name === name) : undefined;
    };
    const missing = asked.filter(({ reference, key, said }) => {
      const object = objectOf(reference);
      return object ? !keysOf(object).includes(key) : said && lists[reference.kind].outcome !== 'present';
    });
    const worst = missing.find(({ said }) => said) ?? missing[0];
    if (!worst) {
      const gap = Object.values(lists).find(({ outcome }) => outcome === 'unavailable');
      return gap?.outcome === 'unavailable' ? undecided(gap) : ruledOut(pods, `Every key that ${workload.ref.name} asks for exists.`);
    }

    const { reference, key, stuck, said } = worst;
    const object = objectOf(reference);
    const meant = object ? nearest(key, keysOf(object)) : undefined;
    const objects = lists[reference.kind];
    const target = object && wasTakenAway(object, stuck.pod, pods.data) ? refOf(reference, workload) : workload.ref;
    return found(
      object && said ? 'certain' : 'likely',
      [
        ...citeStuck(worst, pods, events),
        ...(object && objects.outcome === 'present'
          ? [
              cite(objects, `${reference.kind} ${reference.name} has no key ${key}.`, {
                about: refOf(reference, workload),
                excerpt: fields({ keys: keysOf(object) }),
              }),
            ]
          : []),
      ],
      {
        title: `${reference.kind} ${reference.name} has no key ${key}, which ${workload.ref.name} asks for (${reference.usedBy})${meant ? `; there is ${meant}` : ''}`,
        explanation: `The kubelet makes no container before every key it refers to is there. ${
          target === workload.ref
            ? 'Either the key in the pod template is misspelt or new, or it is missing from the object.'
            : 'Pods of the same template have started before, so the key was there then and has been taken out or renamed since.'
        }`,
        subject: target,
        remedies: [
          look(workload.ref, 'See which keys there are.', 'describe', `${reference.kind.toLowerCase()}/${reference.name}`),
          ...(target === workload.ref ? rollBack(workload.ref) : []),
          editIt(target, meant ? `Make both sides agree on ${meant} or ${key}.` : `Add key ${key}, or correct the reference.`),
        ],
        since: stuck.pod.metadata.creationTimestamp,
        affects: [podRef(stuck.pod)],
      },
    );
  },
});

function keysOf(object: ConfigMap | SecretKeys): readonly string[] {
  return 'keys' in object ? object.keys : [...Object.keys(object.data), ...object.binaryKeys];
}

function refOf({ kind, name }: ConfigReference, workload: Workload): ObjectRef {
  return { kind, namespace: workload.ref.namespace, name };
}

/** The words of the kubelet for environment and for volumes. */
function saysKeyMissing(stuck: StuckPod, { key = '', name, kind }: ConfigReference): boolean {
  return wordsAbout(stuck).some((text) => {
    if (text.includes(`couldn't find key ${key} in ${kind}`) && text.includes(name)) return true;
    const [, named] = /references non-existent (?:config|secret) key: ([^\s,;]+)/.exec(text) ?? [];
    return named === key;
  });
}

/** A pod of the same template got ready, and the object changed after that one was made. */
function wasTakenAway(object: ConfigMap | SecretKeys, pod: Pod, pods: readonly Pod[]): boolean {
  const template = pod.metadata.labels['pod-template-hash'] ?? pod.metadata.labels['controller-revision-hash'];
  if (template === undefined) return false;
  const changed =
    object.metadata.managedFields
      .flatMap(({ time }) => (time ? [time] : []))
      .toSorted()
      .at(-1) ??
    object.metadata.creationTimestamp ??
    '';
  return pods.some(
    ({ metadata, ...one }) =>
      Object.values(metadata.labels).includes(template) && isReady({ metadata, ...one }) && changed > (metadata.creationTimestamp ?? ''),
  );
}
