import type { Viewer } from './viewer.ts';

/** What somebody who signed in may do: read, or act too (investigate again, ask, give feedback). */
export type Role = 'viewer' | 'operator';

export interface RoleGroups {
  /** Empty: everybody may read. */
  readonly viewerGroups: readonly string[];
  /** Empty: everybody who may read may act. */
  readonly operatorGroups: readonly string[];
}

/** The role that groups give; undefined: none, the person is not let in. */
export function roleOf(groups: readonly string[], { viewerGroups, operatorGroups }: RoleGroups): Role | undefined {
  const isIn = (wanted: readonly string[]): boolean => wanted.some((name) => groups.includes(name));
  if (isIn(operatorGroups)) return 'operator';
  if (viewerGroups.length > 0 && !isIn(viewerGroups)) return undefined;
  return operatorGroups.length === 0 ? 'operator' : 'viewer';
}

/** Whether who sends a request may do more than read. `null`: nobody was asked who they are, so everybody may. */
export function mayAct(viewer: Viewer | null): boolean {
  if (viewer === null || viewer.kind === 'token') return true;
  return viewer.kind === 'user' && viewer.role === 'operator';
}
