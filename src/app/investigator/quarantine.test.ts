import { expect, test } from 'vitest';
import { createQuarantine } from './quarantine.ts';

/** A task that ends when it is told to; notes when it begins. */
function task(name: string, begun: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return {
    run: () => {
      begun.push(name);
      return promise;
    },
    end: () => resolve(name),
    die: () => reject(new Error(`${name} died`)),
  };
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test('what is not suspect runs side by side', async () => {
  const quarantine = createQuarantine();
  const begun: string[] = [];
  const [a, b] = [task('a', begun), task('b', begun)];
  const both = Promise.all([quarantine.run('a', a.run), quarantine.run('b', b.run)]);
  await soon();
  expect(begun).toEqual(['a', 'b']);
  a.end();
  b.end();
  expect(await both).toEqual(['a', 'b']);
});

test('a suspect waits for those that run, and those that come later wait for it', async () => {
  const quarantine = createQuarantine();
  const begun: string[] = [];
  const [before, suspect, after] = [task('before', begun), task('suspect', begun), task('after', begun)];
  quarantine.suspect(['suspect']);
  const runs = [quarantine.run('before', before.run), quarantine.run('suspect', suspect.run), quarantine.run('after', after.run)];
  await soon();
  expect(begun).toEqual(['before']);
  before.end();
  await soon();
  expect(begun).toEqual(['before', 'suspect']);
  suspect.end();
  await soon();
  expect(begun).toEqual(['before', 'suspect', 'after']);
  after.end();
  await Promise.all(runs);
});

test('suspects run one after the other, also when one of them dies', async () => {
  const quarantine = createQuarantine();
  const begun: string[] = [];
  const [a, b] = [task('a', begun), task('b', begun)];
  quarantine.suspect(['a', 'b']);
  const first = quarantine.run('a', a.run);
  const second = quarantine.run('b', b.run);
  await soon();
  expect(begun).toEqual(['a']);
  a.die();
  await expect(first).rejects.toThrow('a died');
  await soon();
  expect(begun).toEqual(['a', 'b']);
  b.end();
  expect(await second).toBe('b');
});

test('a suspect that ended well is none any more; one that died still is', async () => {
  const quarantine = createQuarantine();
  quarantine.suspect(['good', 'bad']);
  await quarantine.run('good', async () => 'fine');
  await quarantine.run('bad', async () => Promise.reject(new Error('died'))).catch(() => {});
  const begun: string[] = [];
  const [good, bad, other] = [task('good', begun), task('bad', begun), task('other', begun)];
  const runs = [quarantine.run('good', good.run), quarantine.run('other', other.run), quarantine.run('bad', bad.run)];
  await soon();
  expect(begun).toEqual(['good', 'other']);
  good.end();
  other.end();
  await soon();
  expect(begun).toEqual(['good', 'other', 'bad']);
  bad.end();
  await Promise.all(runs);
});
