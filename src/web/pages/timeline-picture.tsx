import type { VNode } from 'preact';
import { shortTime } from './clock.ts';
import type { TimelineScale } from './timeline-scale.ts';

interface TimelinePictureProps {
  readonly scale: TimelineScale;
  readonly firedAt: number;
  readonly onset: number | null;
}

const AXIS = 66;
const HEIGHT = 108;

/**
 * The timeline as a drawing. Places are percentages and heights are pixels, without a viewBox: it stretches with the page and its letters do not.
 * Colours come from the style sheet. The list beside it says the same in words.
 */
export function TimelinePicture({ scale, firedAt, onset }: TimelinePictureProps): VNode {
  const fired = scale.share(firedAt);
  const drawnOnset = onset !== null && onset >= scale.from && onset <= firedAt ? onset : null;
  const began = drawnOnset === null ? null : scale.share(drawnOnset);
  return (
    <svg
      class="picture"
      width="100%"
      height={HEIGHT}
      role="img"
      aria-label="Timeline: when the trouble began, what happened, and when the alert fired. The list below says the same."
    >
      {began === null ? null : <rect class="unseen" x={percent(began)} y={AXIS - 14} width={percent(Math.max(0, fired - began))} height="28" />}
      <rect class="burning" x={percent(fired)} y={AXIS - 14} width={percent(1 - fired)} height="28" />
      <line class="axis" x1="0" x2="100%" y1={AXIS} y2={AXIS} />
      {scale.ticks.map(({ share, text }) => (
        <g key={text}>
          <line class="tick" x1={percent(share)} x2={percent(share)} y1={AXIS + 14} y2={AXIS + 20} />
          <text class="tick-text" x={percent(share)} y={AXIS + 36} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      {began === null || drawnOnset === null ? null : <Flag share={began} top={4} text={`trouble begins ${shortTime(drawnOnset, firedAt)}`} kind="onset" />}
      <Flag share={fired} top={24} text={`alert fires ${shortTime(firedAt, firedAt)}`} kind="fired" />
      {scale.marks.map(({ share, first, last }) => (
        <Mark key={first} share={share} text={first === last ? String(first) : `${first}–${last}`} />
      ))}
    </svg>
  );
}

function Flag({ share, top, text, kind }: { readonly share: number; readonly top: number; readonly text: string; readonly kind: string }): VNode {
  const anchor = share < 0.5 ? 'start' : 'end';
  return (
    <g class={kind}>
      <line x1={percent(share)} x2={percent(share)} y1={top} y2={AXIS + 14} />
      <text x={percent(share)} dx={anchor === 'start' ? 6 : -6} y={top + 11} text-anchor={anchor}>
        {text}
      </text>
    </g>
  );
}

function Mark({ share, text }: { readonly share: number; readonly text: string }): VNode {
  const width = 14 + text.length * 7;
  return (
    <svg x={percent(share)} y={AXIS} overflow="visible" class="mark" aria-hidden="true">
      <rect x={-width / 2} y={-10} width={width} height={20} rx={10} />
      <text x={0} y={4} text-anchor="middle">
        {text}
      </text>
    </svg>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
