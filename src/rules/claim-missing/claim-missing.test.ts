import { describe, expect, it } from 'vitest';
import { circumstances, claim, unplaced } from '#testing/objects.ts';
import { askIn, only, pod, workload } from '#testing/world.ts';
import { claimMissing } from './claim-missing.ts';

const mounting = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
const waiting = (message = '0/1 nodes are available: persistentvolumeclaim "data" not found.') => workload('db', [unplaced('db-1', message, mounting)]);

describe('claim-missing', () => {
  it('is likely when nothing tells why it is not there', async () => {
    const { subject, pods } = waiting();
    expect(only(await claimMissing.judge(subject, askIn({ pods, persistentvolumeclaims: [claim('media')] }), circumstances))).toMatchObject({
      verdict: 'found',
      confidence: 'likely',
    });
  });

  it('is certain when list and scheduler agree, and the name is nearly right', async () => {
    const { subject, pods } = waiting();
    const verdict = only(await claimMissing.judge(subject, askIn({ pods, persistentvolumeclaims: [claim('datas')] }), circumstances));
    expect(verdict).toMatchObject({
      verdict: 'found',
      confidence: 'certain',
      claim: { title: 'Claim data, which db mounts, does not exist in namespace shop; there is datas' },
    });
  });

  it('goes by the scheduler alone when claims cannot be read, and is silent without it', async () => {
    const { subject, pods } = waiting();
    expect(only(await claimMissing.judge(subject, askIn({ pods, gaps: { persistentvolumeclaims: 'forbidden' } }), circumstances))).toMatchObject({
      confidence: 'likely',
    });
    const mute = waiting('');
    expect(await claimMissing.judge(mute.subject, askIn({ pods: mute.pods, gaps: { persistentvolumeclaims: 'forbidden' } }), circumstances)).toEqual([]);
  });

  it('is not it when the claim exists by now, or the pod has its node', async () => {
    const { subject, pods } = waiting();
    expect(await claimMissing.judge(subject, askIn({ pods, persistentvolumeclaims: [claim('data')] }), circumstances)).toEqual([]);
    const placed = workload('db', [pod('db-1', { spec: mounting })]);
    expect(await claimMissing.judge(placed.subject, askIn({ pods: placed.pods }), circumstances)).toEqual([]);
  });
});
