import { z } from 'zod';
import type { Ingress, Service } from '#domain/kubernetes/network.ts';
import type { Pod } from '#domain/kubernetes/pod.ts';
import { refText } from '#domain/object-ref.ts';
import { list } from '#domain/question.ts';
import { matchesLabels } from '#lib/label-selector.ts';
import { commandLine } from '#lib/shell-word.ts';
import { calledHosts } from './called-hosts.ts';
import { defineTool, gap, refsOf } from './tool.ts';
import { namespaceName, objectName } from './words.ts';

const SHOWN = 500;

/** Who serves and who calls whom in a namespace, from what objects say. */
export const serviceMap = defineTool({
  name: 'service_map',
  description:
    'Shows the Services of a namespace: ports, selector, the pods behind each, the Ingresses that lead to it and the workloads whose environment or arguments name it as a host; and hosts that are named but are no Service. From settings, not from traffic.',
  input: z.object({ namespace: namespaceName, service: objectName.optional().describe('only this one') }),
  saying: ({ namespace, service }) => `Looking at who calls ${service ? `${namespace}/${service}` : `whom in ${namespace}`}`,
  async run({ namespace, service: only }, { ask }) {
    const [services, pods, ingresses] = await Promise.all([ask(list('services', namespace)), ask(list('pods', namespace)), ask(list('ingresses', namespace))]);
    if (services.outcome === 'unavailable') return gap(services);
    if (pods.outcome === 'unavailable') return gap(pods);
    const all = services.outcome === 'present' ? services.data : [];
    const running = pods.outcome === 'present' ? pods.data : [];
    const shown = all.filter(({ metadata }) => only === undefined || metadata.name === only);
    const calls = callsOf(running);
    const lines = shown.slice(0, SHOWN).map((one) => lineOf(one, running, ingresses.outcome === 'present' ? ingresses.data : [], calls));
    const unknown =
      only === undefined
        ? calls.filter(({ host, port }) => port !== undefined && !host.includes('.') && !all.some(({ metadata }) => metadata.name === host))
        : [];
    return {
      found: true,
      fact: services,
      title: only ? `Who calls Service ${namespace}/${only}` : `Who calls whom in ${namespace}`,
      about: only && shown[0] ? { kind: 'Service', namespace, name: only } : undefined,
      query: commandLine('kubectl', '-n', namespace, 'get', 'services,ingresses,pods', '-o', 'wide'),
      content: {
        text: [
          `${shown.length} Services`,
          ...lines,
          ...(ingresses.outcome === 'unavailable' ? ['Ingresses could not be read.'] : []),
          ...unknown
            .slice(0, 50)
            .map(({ caller, by, host, port }) => `${caller} is told to call ${host}:${port} (${by}); there is no Service ${host} in ${namespace}`),
        ].join('\n'),
      },
      objects: [...shown, ...running].flatMap(refsOf),
      hearsay: false,
    };
  },
});

interface Call {
  readonly caller: string;
  readonly by: string;
  readonly host: string;
  readonly port: string | undefined;
}

/** Every call that a workload is told to make, once however many pods it has. */
function callsOf(pods: readonly Pod[]): readonly Call[] {
  const calls = new Map<string, Call>();
  for (const pod of pods) {
    const caller = refText(refsOf(pod).at(-1) ?? { kind: 'Pod', name: pod.metadata.name });
    for (const container of [...pod.spec.containers, ...pod.spec.initContainers])
      for (const called of calledHosts(container)) calls.set(`${caller} ${called.by} ${called.host} ${called.port}`, { caller, ...called });
  }
  return [...calls.values()];
}

function lineOf({ metadata: { name, namespace = '' }, spec }: Service, pods: readonly Pod[], ingresses: readonly Ingress[], calls: readonly Call[]): string {
  const chosen = Object.keys(spec.selector).length > 0;
  const behind = pods.filter(({ metadata }) => chosen && matchesLabels(spec.selector, metadata.labels));
  const ready = behind.filter(({ status }) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'));
  const names = new Set([name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`]);
  const callers = calls.filter(({ host }) => names.has(host)).map(({ caller, by, port }) => `${caller} (${by}${port ? `, port ${port}` : ''})`);
  const fronts = ingresses.filter((one) => backendsOf(one).includes(name)).map(({ metadata }) => metadata.name);
  return [
    `Service ${namespace}/${name}`,
    `${spec.type ?? 'ClusterIP'}${spec.externalName ? ` ${spec.externalName}` : ''}`,
    `ports ${spec.ports.map(({ port, targetPort, protocol }) => `${port}->${targetPort ?? port}/${protocol ?? 'TCP'}`).join(' ') || 'none'}`,
    `selector ${
      chosen
        ? Object.entries(spec.selector)
            .map(([label, value]) => `${label}=${value}`)
            .join(',')
        : 'none'
    }`,
    `pods ${ready.length} ready of ${behind.length}${
      behind.length > 0
        ? `: ${behind
            .slice(0, 5)
            .map(({ metadata }) => metadata.name)
            .join(' ')}`
        : ''
    }`,
    `called by ${callers.slice(0, 20).join(', ') || 'nobody that is known'}`,
    ...(fronts.length > 0 ? [`behind Ingress ${fronts.join(' ')}`] : []),
  ].join('; ');
}

function backendsOf({ spec }: Ingress): readonly (string | undefined)[] {
  return [spec.defaultBackend?.serviceName, ...spec.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend.serviceName))];
}
