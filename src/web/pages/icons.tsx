import type { VNode } from 'preact';
import type { Severity } from '#domain/severity.ts';
import { SEVERITY } from './words.ts';

/** A shape per severity, so that it can be told without colour: octagon, triangle, circle, square. */
const SHAPES: Readonly<Record<Severity, string>> = {
  critical: 'M5.2 0h5.6L16 5.2v5.6L10.8 16H5.2L0 10.8V5.2ZM7 3v6h2V3ZM7 11v2h2v-2Z',
  warning: 'M8 0.8 16 15H0ZM7 6v4h2V6ZM7 11.4v2h2v-2Z',
  info: 'M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM7 3v2h2V3ZM7 7v6h2V7Z',
  none: 'M8 0a8 8 0 1 1 0 16A8 8 0 0 1 8 0ZM4 7v2h8V7Z',
  unknown: 'M1 1h14v14H1ZM5 6h2c0-2 3-1.7 3 0 0 1.3-3 1.5-3 4h2c0-1.5 3-2 3-4 0-4.2-7-4.3-7 0ZM7 11.2v2h2v-2Z',
};

/** The severity as shape, colour and word. */
export function SeverityBadge({ severity }: { readonly severity: Severity }): VNode {
  return (
    <span class={`badge severity-${severity}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path d={SHAPES[severity]} fill="currentColor" fill-rule="evenodd" />
      </svg>
      {SEVERITY[severity]}
    </span>
  );
}
