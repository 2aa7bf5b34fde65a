import type { VNode } from 'preact';
import { displayLine } from '#lib/display-text.ts';
import { ago } from '../client/ago.ts';
import { absolute, shortTime } from './clock.ts';
import type { View } from './view.ts';

interface MomentProps {
  /** UTC RFC 3339; anything else is shown as it is. */
  readonly at: string;
  readonly view: View;
  /** `ago`: `12 min ago`; `clock`: `03:12`; `both`: `03:12 UTC, 12 min ago`. The full time is in the title, for machines in datetime. */
  readonly show?: 'ago' | 'clock' | 'both';
}

/** A point in time. The client keeps relative ones current. */
export function Moment({ at, view, show = 'ago' }: MomentProps): VNode {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return <span>{displayLine(at, 40)}</span>;
  const now = Date.parse(view.now);
  const clock = shortTime(time, now);
  const relative = (
    <time datetime={new Date(time).toISOString()} title={absolute(time)} data-ago>
      {ago(time, now)}
    </time>
  );
  if (show === 'ago') return relative;
  const fixed = (
    <time datetime={new Date(time).toISOString()} title={absolute(time)}>
      {clock}
      {show === 'both' ? ' UTC' : ''}
    </time>
  );
  return show === 'clock' ? (
    fixed
  ) : (
    <>
      {fixed}, {relative}
    </>
  );
}
