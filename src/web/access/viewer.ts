import type { Role } from './roles.ts';

/** Who sends a request to a server that asks for a sign-in. */
export type Viewer =
  /** Has a viewer token, and sends it with every request or once had it checked. `name` tells tokens apart (AccessKeys.namesOf). */
  | { readonly kind: 'token'; readonly name: string; readonly session: boolean }
  /** Signed in under this name: at a trusted proxy, which says so with every request, or at an identity provider once (`session`). */
  | { readonly kind: 'user'; readonly name: string; readonly role: Role; readonly session: boolean }
  | LinkViewer;

/** Has a signed link: may see this one report, and do nothing. */
export interface LinkViewer {
  readonly kind: 'link';
  readonly fingerprint: string;
  readonly cluster: string;
  /** The two parameters of the link, to be carried on to what belongs to the report. */
  readonly exp: string;
  readonly sig: string;
}

/** As in the audit log. */
export function whoIs(viewer: Viewer | null): string {
  switch (viewer?.kind) {
    case 'token':
      return `token:${viewer.name}`;
    case 'user':
      return `user:${viewer.name}`;
    case 'link':
      return 'link';
    default:
      return 'anybody';
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** null: nobody was asked who they are. */
    viewer: Viewer | null;
  }
}
