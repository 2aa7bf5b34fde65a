import { alertNameOf } from '#domain/alert.ts';
import type { Episode } from '#domain/episode.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import type { ReportAction } from '#domain/report.ts';
import type { Symptom } from '#domain/symptom.ts';
import { commandLine } from '#lib/shell-word.ts';

const MOST_STEPS = 5;

/** What a person looks at next when no cause was found: by what the alert names and what the trouble looks like. Commands that only read. */
export function nextSteps(episodes: readonly Episode[], focus: readonly ObjectRef[], symptoms: ReadonlySet<Symptom>): readonly ReportAction[] {
  const steps = [...focus.slice(0, 2).flatMap((ref) => ofObject(ref, focus.length)), ...[...symptoms].flatMap((symptom) => ofSymptom(symptom, episodes[0]))];
  return [...new Map(steps.map((one) => [one.command || one.text, one])).values()].slice(0, MOST_STEPS);
}

/** `among`: so many objects the alerts are about. All of them have one report, which a reader may have opened for another one. */
function ofObject({ kind, namespace, name }: ObjectRef, among: number): readonly ReportAction[] {
  const one = among > 1 ? ` It is one of ${among} objects that the alerts of this incident are about.` : '';
  const where = namespace ? ['-n', namespace] : [];
  const what = `${kind.toLowerCase()}/${name}`;
  return [
    look(`See what ${kind} ${name} says about itself.${one}`, commandLine('kubectl', ...where, 'describe', what)),
    ...(kind === 'Pod'
      ? [look(`Read the log of the run of ${name} before.`, commandLine('kubectl', ...where, 'logs', name, '--previous', '--all-containers', '--tail=100'))]
      : []),
  ];
}

function ofSymptom(symptom: Symptom, episode: Episode | undefined): readonly ReportAction[] {
  const job = episode?.labels['job'];
  switch (symptom) {
    case 'target-down':
      return [look(`In Prometheus: ${job ? `up{job=${JSON.stringify(job)}} == 0` : 'up == 0'}, and the last error of the target on its page /targets.`, '')];
    case 'control-plane':
      return [
        look('See whether the parts of the control plane run.', 'kubectl -n kube-system get pods -o wide'),
        look('Ask the API server whether it is well, check by check.', "kubectl get --raw '/readyz?verbose'"),
      ];
    case 'node-trouble':
      return [look('See the nodes with their conditions.', 'kubectl get nodes -o wide'), look('See what uses the nodes up.', 'kubectl top nodes')];
    case 'certificate':
      return [look('See requests for certificates that nobody approved.', 'kubectl get certificatesigningrequests --sort-by=.metadata.creationTimestamp')];
    case 'errors':
    case 'slow':
      return [
        look(
          `In Prometheus, split the expression of ${episode ? alertNameOf(episode.labels) : 'the alert'} by pod, route and version: one pod is that pod or its node, all of them a change or a dependency.`,
          '',
        ),
      ];
    case 'quota':
      return [look('See the quotas and how far they are used.', 'kubectl get resourcequotas -A')];
    case 'autoscaling':
      return [look('See the autoscalers with what they measure.', 'kubectl get hpa -A')];
    case 'volume-trouble':
      return [look('See the claims and volumes.', 'kubectl get pvc,pv -A')];
    default:
      return [];
  }
}

function look(text: string, command: string): ReportAction {
  return { kind: 'immediate', text, command, risk: 'none', cause: null };
}
