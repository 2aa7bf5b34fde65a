/** What can go wrong with one request, as clients meet it. */
export type Fault =
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** The connection is closed without an answer. */
  | { readonly kind: 'reset' }
  /** Begins an answer with this text and breaks off. */
  | { readonly kind: 'truncate'; readonly text: string }
  /** Answers with this text, whatever it is. */
  | { readonly kind: 'body'; readonly text: string; readonly type?: string; readonly code?: number }
  /** Answers with an error Status. */
  | { readonly kind: 'status'; readonly code: number; readonly reason?: string; readonly message?: string; readonly retryAfter?: string };
