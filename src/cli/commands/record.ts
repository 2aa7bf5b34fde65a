import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { messageOf, OncallmError } from '#domain/error.ts';
import { chooseCluster } from '#sources/kubernetes/connection.ts';
import { createKubernetesSource } from '#sources/kubernetes/kubernetes-source.ts';
import { writeRecording } from '#sources/recording/write-recording.ts';
import { type Command, UsageError } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { settingsOf } from '../settings.ts';

export const recordCommand: Command = {
  name: 'record',
  about: 'Write what a namespace of the cluster says now to a directory, to replay it later.',
  operands: 'DIR',
  operandCount: [1, 1],
  flags: {
    namespace: {
      type: 'string',
      short: 'n',
      value: 'NS',
      about: 'The namespace to record; the cluster itself (nodes, volumes, kube-system) is recorded besides.',
    },
    alert: { type: 'string', value: 'FILE', about: 'Webhook body that this is about, kept as alert.json.' },
  },
  details: [
    'Reads only. The values of Secrets and of Helm releases are never written; environment values and ConfigMaps are, as they are. What may not be read is named, and stays a gap in the recording.',
  ],
  async run(given, { env, terminal, signal }) {
    const { config } = settingsOf({ env });
    const [dir = ''] = given.positionals;
    const namespace = given.text('namespace');
    if (namespace === undefined) throw new UsageError('which namespace? Give --namespace NS');
    if (existsSync(dir)) throw new OncallmError('directory-exists', `${dir} exists already.`, 'Name a directory that does not exist.');
    const alertFile = given.text('alert');
    const alert: unknown = alertFile === undefined ? undefined : await readAlert(alertFile);
    const clock = (): Date => new Date();
    const { kubeconfig, kubernetesTimeoutMs = 10_000 } = config.kubernetes;
    const source = createKubernetesSource({ cluster: chooseCluster(kubeconfig, env), requestTimeoutMs: kubernetesTimeoutMs, clock });
    try {
      const reader = await source.reader().catch((thrown: unknown) => {
        throw new OncallmError('cluster-unreachable', messageOf(thrown), 'Set KUBECONFIG to a kubeconfig file that works.');
      });
      terminal.progress(`Recording ${namespace} ...`);
      const written = await writeRecording(dir, reader, { namespace, takenAt: clock().toISOString(), ...(alert === undefined ? {} : { alert }) }, signal);
      terminal.progress('');
      for (const { what, why } of written.gaps) terminal.err(`not recorded: ${what}: ${why}`);
      terminal.out(`Wrote ${written.objects} objects and ${written.logs} logs to ${dir}.`);
      return written.objects > 0 ? EXIT.ok : EXIT.failed;
    } finally {
      await source.close();
    }
  },
};

async function readAlert(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (thrown) {
    throw new OncallmError('file-unreadable', `Cannot read ${file} as JSON: ${messageOf(thrown)}.`, 'Name a file with the body of a webhook.');
  }
}
