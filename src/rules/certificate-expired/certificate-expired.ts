import type { Evidence } from '#domain/evidence.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable } from '../rule.ts';
import { complaintSince, type DependencyClue, dependencyClues, dependencyText } from '../support/dependency.ts';
import { instant } from '../support/instants.ts';
import { kubectl, objectArg } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import { workloadOf } from '../support/owners.ts';
import { podRef } from '../support/pods.ts';
import { podsBehind, serviceRef } from '../support/service-backends.ts';
import { fix, hasTemplate, look } from '../support/workload-edits.ts';

/** Go and Java say when it ended; Go says so too for one that is not valid yet, which is no expiry. */
const ENDED_AT = /(?:is after |NotAfter: ?)([^"\n),]{10,40})/;
const NOT_YET = /current time \S{5,40} is before|NotYetValid/i;
/** A server that complains of a client's certificate names its address. */
const FROM_CLIENT = /(?:handshake (?:error|failed) (?:from|with)|authentication with) \/?(\d{1,3}(?:\.\d{1,3}){3})/i;

export const certificateExpired = defineRule({
  id: 'certificate-expired',
  code: 'CertificateExpired',
  summary: 'a TLS certificate has expired, so connections are refused',
  about: 'Workload',
  role: 'cause',
  symptoms: ['certificate', 'errors', 'unavailable', 'not-ready', 'restarting'],
  needs: ['pods', 'services', 'logs', 'configmaps', 'replicasets', 'secrets', 'namespaces'],
  references: [
    { title: 'RFC 5280: validity of a certificate', url: 'https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5' },
    { title: 'Kubernetes: TLS Secrets', url: 'https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets' },
  ],

  async judge(workload, ask, circumstances) {
    const told = await dependencyClues(workload, ['tls'], ask, circumstances);
    const said = told?.clues.find(({ clue }) => clue.wording.startsWith('tls-expired') && !NOT_YET.test(clue.quote));
    if (!told || !said) return notApplicable;
    const { ref } = workload;
    const sets = await ask(list('replicasets', ref.namespace));
    const { clue, error, fact, pod, target } = said;
    const presenter = presenterOf(said, ref, told.pods, sets.outcome === 'present' ? sets.data : []);
    const subject = presenter?.ref ?? ref;
    const secrets = await ask(list('secrets', ref.namespace));
    const files = presenter?.pod.spec.volumes.flatMap(({ secret }) => secret?.secretName ?? []) ?? [];
    const kept =
      secrets.outcome === 'present' ? secrets.data.find(({ metadata, keys }) => files.includes(metadata.name) && keys.includes('tls.crt')) : undefined;
    const end = endOf(clue.quote) ?? endOf(error.first.text);
    const who = presenter ? subject.name : dependencyText(target, 'other end');
    const ended = end === undefined ? '' : ` on ${end.slice(0, 10)}`;
    return found(
      presenter ? 'likely' : 'possible',
      [
        cite(fact, `${ref.name} does not get a TLS connection because a certificate has expired.`, { about: podRef(pod), excerpt: errorText(error) }),
        ...(kept && secrets.outcome === 'present'
          ? [
              cite(secrets, `${subject.name} has a certificate from Secret ${kept.metadata.name}.`, {
                excerpt: `${kept.metadata.name}: ${kept.keys.join(', ')}`,
              }),
            ]
          : []),
      ],
      {
        title: `The TLS certificate of ${who} expired${ended}, so ${presenter && subject.name === ref.name ? 'others refuse its connections' : `${ref.name} refuses to talk to it`}`,
        explanation: `A certificate is valid until the date written in it; after that every client that checks it breaks off the connection, although the program itself is well.${kept ? ` It probably is the one in Secret ${kept.metadata.name}.` : ''} A program that read its certificate when it started keeps the old one until it is restarted.`,
        subject,
        remedies: [
          look(
            kept ? `See until when the certificate in Secret ${kept.metadata.name} is valid.` : 'See where it has its certificate from.',
            kept
              ? `${kubectl(ref, 'get', 'secret', kept.metadata.name, '-o', 'jsonpath={.data.tls\\.crt}')} | base64 -d | openssl x509 -noout -subject -enddate`
              : kubectl(subject, 'describe', objectArg(subject)),
          ),
          fix(
            `Renew the certificate, then restart ${subject.name} so that it presents the new one.`,
            hasTemplate(subject) ? kubectl(subject, 'rollout', 'restart', objectArg(subject)) : kubectl(subject, 'describe', objectArg(subject)),
          ),
        ],
        since: end ?? complaintSince(said),
        affects: [podRef(pod), ref, ...(target.service ? [serviceRef(target.service)] : [])],
      },
    );
  },
});

/** Whose certificate it is: of the one that logs it when the other end said so by an alert, else of the other end, as far as that is in the cluster. */
function presenterOf(
  { clue, pod, target }: DependencyClue,
  own: ObjectRef,
  pods: Evidence<readonly Pod[]>,
  sets: Parameters<typeof workloadOf>[1],
): { readonly ref: ObjectRef; readonly pod: Pod } | undefined {
  if (clue.wording === 'tls-expired-own') return { ref: own, pod };
  const all = pods.outcome === 'present' ? pods.data : [];
  const client = FROM_CLIENT.exec(clue.quote)?.[1];
  const [other] =
    client || !target.service
      ? all.filter(({ status }) => status.podIP !== undefined && status.podIP === (client ?? clue.host))
      : podsBehind(target.service, all);
  return other && { ref: workloadOf(other, sets), pod: other };
}

function endOf(text: string): string | undefined {
  const said = ENDED_AT.exec(text)?.[1]?.trim();
  const at = instant(said);
  return at === undefined ? undefined : new Date(at).toISOString();
}
