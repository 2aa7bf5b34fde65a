import type { Container, ContainerPort, EnvFromSource, EnvVar, KeyRef, Probe, SecurityContext } from '#domain/kubernetes/pod.ts';
import { flag, list, number, object, optionalObject, type Raw, text, textMap, textOrNumber, texts } from './read.ts';

export function readContainer(container: Raw): Container | undefined {
  const name = text(container['name']);
  if (!name) return undefined;
  const resources = object(container['resources']);
  return {
    name,
    image: text(container['image']),
    imagePullPolicy: text(container['imagePullPolicy']),
    command: texts(container['command']),
    args: texts(container['args']),
    workingDir: text(container['workingDir']),
    env: list(container['env'], readEnvVar),
    envFrom: list(container['envFrom'], readEnvFrom),
    ports: list(container['ports'], readPort),
    resources: { requests: textMap(resources['requests']), limits: textMap(resources['limits']) },
    livenessProbe: readProbe(container['livenessProbe']),
    readinessProbe: readProbe(container['readinessProbe']),
    startupProbe: readProbe(container['startupProbe']),
    volumeMounts: list(container['volumeMounts'], readMount),
    securityContext: readSecurityContext(container['securityContext']),
    restartPolicy: text(container['restartPolicy']),
  };
}

function readEnvVar(variable: Raw): EnvVar | undefined {
  const name = text(variable['name']);
  if (!name) return undefined;
  const from = optionalObject(variable['valueFrom']);
  if (!from) return { name, value: text(variable['value']) };
  const fieldPath = text(object(from['fieldRef'])['fieldPath']);
  return {
    name,
    value: text(variable['value']),
    valueFrom: {
      configMapKeyRef: readKeyRef(from['configMapKeyRef']),
      secretKeyRef: readKeyRef(from['secretKeyRef']),
      fieldRef: fieldPath === undefined ? undefined : { fieldPath },
    },
  };
}

function readKeyRef(value: unknown): KeyRef | undefined {
  const ref = object(value);
  const [name, key] = [text(ref['name']), text(ref['key'])];
  return name && key ? { name, key, optional: flag(ref['optional']) } : undefined;
}

function readEnvFrom(source: Raw): EnvFromSource | undefined {
  const [configMapRef, secretRef] = [readNameRef(source['configMapRef']), readNameRef(source['secretRef'])];
  return configMapRef || secretRef ? { configMapRef, secretRef } : undefined;
}

function readNameRef(value: unknown): { readonly name: string; readonly optional?: boolean | undefined } | undefined {
  const ref = object(value);
  const name = text(ref['name']);
  return name ? { name, optional: flag(ref['optional']) } : undefined;
}

function readPort(port: Raw): ContainerPort | undefined {
  const containerPort = number(port['containerPort']);
  if (containerPort === undefined) return undefined;
  return { name: text(port['name']), containerPort, hostPort: number(port['hostPort']), protocol: text(port['protocol']) };
}

function readMount(mount: Raw): Container['volumeMounts'][number] | undefined {
  const [name, mountPath] = [text(mount['name']), text(mount['mountPath'])];
  return name && mountPath ? { name, mountPath, subPath: text(mount['subPath']), readOnly: flag(mount['readOnly']) } : undefined;
}

function readProbe(value: unknown): Probe | undefined {
  const probe = optionalObject(value);
  if (!probe) return undefined;
  const [http, tcp, grpc, exec] = [object(probe['httpGet']), object(probe['tcpSocket']), object(probe['grpc']), optionalObject(probe['exec'])];
  const [httpPort, tcpPort, grpcPort] = [textOrNumber(http['port']), textOrNumber(tcp['port']), number(grpc['port'])];
  return {
    httpGet: httpPort === undefined ? undefined : { path: text(http['path']), port: httpPort, scheme: text(http['scheme']), host: text(http['host']) },
    tcpSocket: tcpPort === undefined ? undefined : { port: tcpPort, host: text(tcp['host']) },
    grpc: grpcPort === undefined ? undefined : { port: grpcPort, service: text(grpc['service']) },
    exec: exec && { command: texts(exec['command']) },
    initialDelaySeconds: number(probe['initialDelaySeconds']),
    periodSeconds: number(probe['periodSeconds']),
    timeoutSeconds: number(probe['timeoutSeconds']),
    failureThreshold: number(probe['failureThreshold']),
    successThreshold: number(probe['successThreshold']),
  };
}

export function readSecurityContext(value: unknown): SecurityContext | undefined {
  const context = optionalObject(value);
  return (
    context && {
      runAsUser: number(context['runAsUser']),
      runAsGroup: number(context['runAsGroup']),
      runAsNonRoot: flag(context['runAsNonRoot']),
      readOnlyRootFilesystem: flag(context['readOnlyRootFilesystem']),
      privileged: flag(context['privileged']),
      fsGroup: number(context['fsGroup']),
    }
  );
}
