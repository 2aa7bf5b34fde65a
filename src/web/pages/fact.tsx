import type { VNode } from 'preact';

/** One line of a list of facts (`<dl class="facts">`). */
export function Fact({ name, children }: { readonly name: string; readonly children: VNode | string | readonly (VNode | string)[] }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
