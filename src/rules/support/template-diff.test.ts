import { describe, expect, it } from 'vitest';
import { template } from '#testing/objects.ts';
import { container } from '#testing/world.ts';
import { diffText, templateDiff } from './template-diff.ts';

const of = (image: string, env: readonly { name: string; value: string }[] = []) =>
  template({ containers: [container('app', { image, env })] }, { 'pod-template-hash': image });

describe('templateDiff', () => {
  it('names what changed, and not what controllers write', () => {
    expect(
      templateDiff(
        of('app:1', [{ name: 'MODE', value: 'a' }]),
        of('app:2', [
          { name: 'NEW', value: 'x' },
          { name: 'MODE', value: 'a' },
        ]),
      ),
    ).toEqual([
      { path: 'containers[app].image', before: 'app:1', after: 'app:2' },
      { path: 'containers[app].env[NEW].name', before: undefined, after: 'NEW' },
      { path: 'containers[app].env[NEW].value', before: undefined, after: 'x' },
    ]);
  });
  it('finds nothing between equals', () => expect(templateDiff(of('app:1'), of('app:1'))).toEqual([]));
  it('cuts long values and long diffs', () => {
    const [change] = templateDiff(of('a'), of('b'.repeat(5000)));
    expect(change?.after).toHaveLength(200);
    expect(
      diffText(
        Array.from({ length: 30 }, (_, index) => ({ path: `p${index}`, before: '1', after: '2' })),
        2,
      ),
    ).toBe('- p0: 1\n+ p0: 2\n- p1: 1\n+ p1: 2\n(28 more fields)');
  });
});
