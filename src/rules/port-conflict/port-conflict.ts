import { list } from '#domain/question.ts';
import { cite, defineRule, found, notApplicable, undecided, type Verdict } from '../rule.ts';
import { saidClues } from '../support/called-logs.ts';
import { crashesOf, crashSince, endText } from '../support/crashes.ts';
import { fields } from '../support/excerpt.ts';
import { kubectl } from '../support/kubectl.ts';
import { errorText } from '../support/log-errors.ts';
import type { ContainerView } from '../support/pods.ts';
import { containersOf, podRef, podsOf } from '../support/pods.ts';
import { configuredPorts, declaredPorts } from '../support/served-ports.ts';
import { editWorkload, fix, look, rollBack } from '../support/workload-edits.ts';

export const portConflict = defineRule({
  id: 'port-conflict',
  code: 'PortConflict',
  summary: 'two containers of a pod want the same port, which only one of them can have',
  about: 'Workload',
  role: 'cause',
  symptoms: ['restarting', 'not-ready', 'rollout-stuck', 'unavailable'],
  needs: ['pods', 'logs'],
  references: [{ title: 'Kubernetes: Pods, resource sharing and communication', url: 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking' }],

  async judge(workload, ask, circumstances) {
    const pods = podsOf(workload, await ask(list('pods', workload.ref.namespace)));
    if (pods.outcome !== 'present') return pods.outcome === 'unavailable' ? undecided(pods) : notApplicable;
    const crashes = crashesOf(pods.data, circumstances).filter(({ ended }) => ended.exitCode !== 0);
    const failing = pods.data.filter(({ status }) => status.containerStatuses.some(({ ready }) => !ready));
    if (crashes.length === 0 && failing.length === 0) return notApplicable;
    const said = (await saidClues(failing.length > 0 ? failing : crashes.map(({ view }) => view.pod), ask)).filter(
      ({ clue }) => clue.kind === 'address-in-use',
    );
    const byContainer = new Map(said.toReversed().map((one) => [one.container, one]));

    return [...byContainer.values()].flatMap(({ clue, error, fact, pod, container }): readonly Verdict[] => {
      const views = containersOf(pod);
      const own = views.find(({ spec }) => spec.name === container);
      // Running well beside the complaint: it found another port, or it was an earlier run.
      if (!own || own.status?.ready) return [];
      const port = clue.port ?? sharedPort(own, views);
      const rival = port === undefined ? undefined : views.find((view) => view !== own && !isOver(view) && wants(view, port));
      const crash = crashes.find(({ view }) => view.spec.name === container);
      const { ref } = workload;
      const at = port === undefined ? 'a port' : `port ${port}`;
      return [
        found(
          rival ? 'certain' : views.length > 1 ? 'likely' : 'possible',
          [
            cite(fact, `Container ${container} cannot have ${at}: it is taken.`, { about: podRef(pod), excerpt: errorText(error) }),
            ...(rival
              ? [
                  cite(pods, `Container ${rival.spec.name} of the same pod uses ${at} too.`, {
                    about: podRef(pod),
                    excerpt: fields({ [own.spec.name]: own.spec.ports, [rival.spec.name]: rival.spec.ports }),
                  }),
                ]
              : []),
            ...(crash
              ? [cite(pods, `Container ${container} ends with exit code ${crash.ended.exitCode}.`, { about: podRef(pod), excerpt: fields(endText(crash)) })]
              : []),
          ],
          {
            title: rival
              ? `Containers ${container} and ${rival.spec.name} of ${ref.name} both want ${at}; ${container} cannot start`
              : `Container ${container} of ${ref.name} cannot start because ${at} is already in use${pod.spec.hostNetwork ? ' on the node' : ' in its pod'}`,
            explanation: `All containers of a pod share one network address, so a port can be had once.${rival ? '' : ' Another process of the pod has it: a sidecar, a second server in the same container, or (with hostNetwork) something on the node.'} The container that comes second ends with "address already in use".`,
            remedies: [
              look(
                'Read what the container says.',
                kubectl(ref, 'logs', pod.metadata.name, '-c', container, ...(crash?.run === 'previous' ? ['--previous'] : []), '--tail=50'),
              ),
              ...rollBack(ref),
              fix(`Give one of the containers another port.`, editWorkload(ref)),
            ],
            since: crash ? crashSince(crash) : pod.metadata.creationTimestamp,
            affects: [podRef(pod)],
          },
        ),
      ];
    });
  },
});

function wants({ spec }: ContainerView, port: number): boolean {
  return [...declaredPorts(spec), ...configuredPorts(spec)].some((one) => one.port === port);
}

/** An init container that has ended holds no port. */
function isOver({ init, spec }: ContainerView): boolean {
  return init && spec.restartPolicy !== 'Always';
}

/** The port that a container shares with another one, when the complaint names none. */
function sharedPort(own: ContainerView, views: readonly ContainerView[]): number | undefined {
  return [...declaredPorts(own.spec), ...configuredPorts(own.spec)].find(({ port }) => views.some((view) => view !== own && !isOver(view) && wants(view, port)))
    ?.port;
}
