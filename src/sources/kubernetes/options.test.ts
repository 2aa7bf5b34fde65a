import { expect, test } from 'vitest';
import { kubernetesOptions } from './options.ts';

const { kubernetesTimeoutMs, kubernetesShareMs, kubernetesLogLines, kubeconfig } = kubernetesOptions;

test('every default is a value that the option takes', () => {
  for (const { schema, default: text } of [kubernetesTimeoutMs, kubernetesShareMs, kubernetesLogLines]) {
    expect(schema.safeParse(text)).toMatchObject({ success: true });
  }
});

test('a wrong value is refused', () => {
  for (const text of ['-1', '1.5', '0', '10s', '999999999']) expect(kubernetesTimeoutMs.schema.safeParse(text).success).toBe(false);
  expect(kubernetesShareMs.schema.safeParse('0').success).toBe(true);
});

test('KUBECONFIG_PATH means the same', () => {
  expect(kubeconfig.aliases).toEqual(['KUBECONFIG_PATH']);
});
