import { codeName, exportName, variableName } from './names.ts';

/** The files of a new notifier: it compiles, its test passes, and it delivers nothing. */
export function notifierFiles(id: string): Readonly<Record<string, string>> {
  return {
    [`src/notify/${id}/options.ts`]: options(id),
    [`src/notify/${id}/${id}-notifier.ts`]: notifier(id),
    [`src/notify/${id}/${id}-notifier.test.ts`]: test(id),
  };
}

export const NOTIFIER_STEPS = [
  'Send once, with a deadline; tell by `retry` whether it may work later. src/notify/webhook/ is the example.',
  'Add its options to src/config/option-sections.ts and make it in `notifiersOf` of src/app/serve.ts.',
  'Run `npm run generate` for the configuration reference, then `npm run check`.',
];

function options(id: string): string {
  return `import { z } from 'zod';
import { defineOptions, option } from '#lib/option.ts';

/** Settings of the notifier for ${codeName(id)}. */
export const notify${codeName(id)}Options = defineOptions({
  url: option({ env: 'NOTIFY_${variableName(id)}_URL', schema: z.string(), default: '', secret: true, about: 'Address of ${codeName(id)}. Empty: it is not told.' }),
});
`;
}

function notifier(id: string): string {
  return `import type { Message, Notifier, Sent } from '../notifier.ts';

/** Tells ${codeName(id)} about a finished report. */
export function create${codeName(id)}Notifier({ url }: { readonly url: string }): Notifier {
  return {
    name: '${id}',
    async send(_message: Message, _signal: AbortSignal): Promise<Sent> {
      return { delivered: false, retry: false, why: url === '' ? 'no address is set' : 'it cannot send yet' };
    },
  };
}
`;
}

function test(id: string): string {
  return `import { expect, test } from 'vitest';
import type { Message } from '../notifier.ts';
import { create${codeName(id)}Notifier } from './${id}-notifier.ts';

test('says why nothing was delivered', async () => {
  const ${exportName(id)} = create${codeName(id)}Notifier({ url: '' });
  expect(await ${exportName(id)}.send({ investigationId: 'i1' } as Message, new AbortController().signal)).toMatchObject({ delivered: false, why: 'no address is set' });
});
`;
}
