import type { Container } from '#domain/kubernetes/pod.ts';
import { isSecretName } from '../redaction/secret-shapes.ts';

/** A place in a container's settings that names a host to call. */
export interface CalledHost {
  /** Environment variable, or `args`. */
  readonly by: string;
  readonly host: string;
  readonly port: string | undefined;
}

/** The hosts that a container is told to call, by its variables and arguments; without user names, passwords and paths, and nothing that stands under a secret's name. */
export function calledHosts({ env, args, command }: Pick<Container, 'env' | 'args' | 'command'>): readonly CalledHost[] {
  const settings = [
    ...env.flatMap(({ name, value }) => (value ? [{ by: name, value }] : [])),
    ...[...command, ...args].map((argument) => {
      const [, flag, value] = /^--?([\w.-]+)=(.*)$/.exec(argument) ?? [];
      return { by: flag ?? 'args', value: value ?? argument };
    }),
  ];
  return settings.flatMap(({ by, value }) => (isSecretName(by) ? [] : value.split(/[\s,;'"()]+/).flatMap((word) => hostIn(word, by))));
}

/** `scheme://user:password@host:port/path`, `host:port`, or a word that could be a host. */
function hostIn(word: string, by: string): readonly CalledHost[] {
  const [, host, port] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/@]*@)?([a-z](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?(?:[/?#].*)?$/i.exec(word) ?? [];
  return host === undefined || host === 'localhost' ? [] : [{ by, host: host.toLowerCase(), port }];
}
