import { z } from 'zod';

/** Names as Kubernetes allows them; anything else cannot exist and is not asked for. */
export const objectName = z.string().regex(/^[a-z0-9A-Z](?:[a-z0-9A-Z.:_-]{0,251}[a-z0-9A-Z])?$/, 'is no name of a Kubernetes object');
export const namespaceName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is no name of a namespace');
export const kindName = z.string().regex(/^[A-Za-z]{1,60}$/, 'is no kind');
export const containing = z.string().min(1).max(200);
