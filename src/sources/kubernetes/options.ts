import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

const milliseconds = (most: number) => z.string().regex(/^\d+$/, 'must be a whole number of milliseconds').transform(Number).pipe(z.number().min(1).max(most));
const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(least).max(most));

/** How the cluster is reached. */
export const kubernetesOptions = defineOptions({
  kubeconfig: option({
    env: 'KUBECONFIG',
    aliases: ['KUBECONFIG_PATH'],
    schema: z.string().min(1),
    about: 'Kubeconfig file to read the cluster with; without it the service account of the pod is used, and outside a cluster none.',
  }),
  kubernetesTimeoutMs: option({
    env: 'KUBERNETES_TIMEOUT_MS',
    schema: milliseconds(120_000),
    default: '10000',
    unit: 'ms',
    about: 'How long one question to the Kubernetes API may take, all pages and a second try included.',
  }),
  kubernetesShareMs: option({
    env: 'KUBERNETES_SHARE_MS',
    schema: wholeNumber(0, 60_000),
    default: '5000',
    unit: 'ms',
    about: 'How long a list that was read serves other investigations too.',
  }),
  kubernetesLogLines: option({
    env: 'KUBERNETES_LOG_LINES',
    schema: wholeNumber(10, 20_000),
    default: '2000',
    unit: 'count',
    about: 'How many of the last lines of a container log are read.',
  }),
});
