import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A simulated API server that takes no time from the one who measures. */
export interface KubesimProcess {
  /** How many requests it has answered. */
  requests(): Promise<number>;
  stop(): void;
}

export async function startKubesimProcess(snapshot: string, kubeconfigPath: string, latencyMs: number): Promise<KubesimProcess> {
  const child = fork(path.join(import.meta.dirname, 'kubesim-process.ts'), [snapshot, kubeconfigPath, String(latencyMs)], {
    execArgv: ['--conditions=oncallm'],
  });
  await once(child, 'message');
  return {
    async requests() {
      const answer = once(child, 'message');
      child.send('requests');
      return Number((await answer)[0]);
    },
    stop: () => child.disconnect(),
  };
}
