import type { Remedy } from '#domain/finding.ts';
import type { ObjectRef } from '#domain/object-ref.ts';
import { kubectl, objectArg } from './kubectl.ts';
import { fix, look } from './workload-edits.ts';

/** What to do about a node whose network is in trouble. */
export function nodeNetworkRemedies(ref: ObjectRef): readonly Remedy[] {
  return [
    look('See the node and what runs there.', kubectl(ref, 'describe', objectArg(ref))),
    fix('Keep new pods away from the node, then restart what is slow so that it is placed elsewhere.', kubectl(ref, 'cordon', ref.name), 'low'),
    fix('On the machine, look at its interfaces: ip -s link, tc qdisc show, ethtool -S.', kubectl(ref, 'get', objectArg(ref), '-o', 'wide'), 'none'),
  ];
}
