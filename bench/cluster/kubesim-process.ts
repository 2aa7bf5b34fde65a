import { startKubesim } from '#testing/kubesim/kubesim.ts';

/** The simulated API server in a process of its own; see start-kubesim.ts. Arguments: the snapshot, the kubeconfig to write, the latency. */
const [snapshot = '', kubeconfigPath = '', latencyMs = '0'] = process.argv.slice(2);
const sim = await startKubesim({ snapshot, kubeconfigPath, latencyMs: Number(latencyMs) });
process.on('message', () => process.send?.(sim.stats().total));
process.on('disconnect', () => process.exit());
process.send?.('ready');
