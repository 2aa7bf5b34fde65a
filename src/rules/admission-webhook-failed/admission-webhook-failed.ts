import type { AdmissionWebhookConfiguration } from '#domain/kubernetes/cluster.ts';
import { list } from '#domain/question.ts';
import { displayLine } from '#lib/display-text.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { CREATION_NEEDS, creationRefusals } from '../support/creation-refusals.ts';
import { fields } from '../support/excerpt.ts';
import { editIt, look } from '../support/remedies.ts';
import { some } from '../support/some.ts';

/** The API server, when it gets no answer from a webhook it must ask. */
const WORDS = /failed calling webhook "([^"]+)":? ?(.*)$/is;

export const admissionWebhookFailed = defineRule({
  id: 'admission-webhook-failed',
  code: 'AdmissionWebhookFailed',
  summary: 'an admission webhook that must be asked does not answer, so nothing is created',
  about: 'Namespace',
  role: 'cause',
  symptoms: ['unavailable', 'rollout-stuck', 'control-plane'],
  needs: [...CREATION_NEEDS, 'validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
  references: [
    {
      title: 'Kubernetes: Dynamic Admission Control',
      url: 'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    },
  ],

  async judge(namespace, ask) {
    const refusals = (await creationRefusals(namespace.ref.name, ask)).filter(({ message }) => WORDS.test(message));
    const [first] = refusals;
    if (!first) return notApplicable;
    const [, webhook = '', why = ''] = WORDS.exec(first.message) ?? [];
    const lists = [await ask(list('validatingwebhookconfigurations')), await ask(list('mutatingwebhookconfigurations'))];
    const hits = lists.flatMap((configurations) => {
      const found = configurations.outcome === 'present' ? configurations.data.find((one) => one.webhooks.some(({ name }) => name === webhook)) : undefined;
      return found && configurations.outcome === 'present' ? [{ configurations, found }] : [];
    });
    const [hit] = hits;
    const service = hit?.found.webhooks.find(({ name }) => name === webhook)?.service;
    const workloads = refusals.map(({ workload }) => workload);
    return found(
      'certain',
      [
        ...first.citations,
        ...(hit
          ? [
              cite(hit.configurations, `Where webhook ${webhook} is configured.`, {
                about: refOf(hit.found),
                excerpt: fields({ webhooks: hit.found.webhooks.find(({ name }) => name === webhook) }),
              }),
            ]
          : []),
      ],
      {
        title: `Admission webhook ${webhook} does not answer${service ? ` (Service ${service.namespace}/${service.name})` : ''}: ${displayLine(why, 160)}`,
        explanation: `With failurePolicy Fail the API server refuses what it cannot have checked, so ${some([...new Set(workloads.map(({ name }) => name))])} cannot create pods. What answers the webhook must come back; until then, nothing that it matches can be created.`,
        ...(hit ? { subject: refOf(hit.found) } : {}),
        remedies: [
          ...(service
            ? [
                look(
                  { kind: 'Service', namespace: service.namespace, name: service.name },
                  'See whether anything answers behind the webhook.',
                  'get',
                  'endpointslices,pods',
                  '-o',
                  'wide',
                ),
              ]
            : [look({ kind: 'Namespace', name: '' }, 'See which webhooks there are.', 'get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations')]),
          ...(hit
            ? [
                {
                  ...editIt(
                    refOf(hit.found),
                    'If it cannot be brought back soon: set failurePolicy to Ignore, or leave this namespace out. What it guards is unguarded then.',
                  ),
                  risk: 'high' as const,
                },
              ]
            : []),
        ],
        since: first.since,
        affects: workloads,
      },
    );
  },
});

function refOf({ kind, metadata }: AdmissionWebhookConfiguration) {
  return { kind, name: metadata.name, uid: metadata.uid };
}
