import { expect, it } from 'vitest';
import type { RecordedEvidence } from './evidence-record.ts';
import { namedIn } from './named-in.ts';

const entry = (id: string, title: string, text: string) => ({ id, title, text }) as RecordedEvidence;
const record = {
  all: () => [
    entry('E1', 'Events of Pod shop/checkout-6d9f-x2vlq', 'cannot reach mail-orders-db'),
    entry('E2', 'Log of shop/checkout-6d9f-x2vlq', 'connecting to orders-db:5433'),
  ],
};

it.each<[string, unknown, string | undefined]>([
  ['a pod that a title names', { namespace: 'shop', pod: 'checkout-6d9f-x2vlq' }, 'E1'],
  ['a workload whose pods were seen', { namespace: 'shop', deployment: 'checkout' }, 'E1'],
  ['an object that a log names', { kind: 'Service', namespace: 'shop', name: 'orders-db' }, 'E2'],
  ['the object rather than the words that are searched', { pod: 'orders-db', search: 'reach' }, 'E2'],
  ['words that were seen', { namespace: 'shop', search: 'connecting to' }, 'E2'],
  ['what only ends another name', { name: 'db' }, undefined],
  ['what was never seen', { name: 'payments' }, undefined],
  ['a whole namespace', { kind: 'pods', namespace: 'shop' }, undefined],
  ['nothing', null, undefined],
])('says which evidence led to %s', (_, input, id) => {
  expect(namedIn(record, input)).toBe(id);
});
