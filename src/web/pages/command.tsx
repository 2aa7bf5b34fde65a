import type { VNode } from 'preact';
import type { Risk } from '#domain/finding.ts';
import type { ReportAction } from '#domain/report.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import { RISK } from './words.ts';

/** Longer commands are shown in part and are not offered for copying. */
const COMMAND_LIMIT = 4_000;
const PREVIEW_LIMIT = 600;

interface CommandProps {
  readonly text: string;
  /** What is copied, for those who hear the button. */
  readonly label: string;
  /** Of running it; queries have none. */
  readonly risk?: Risk;
}

/** A command or query with a button that copies exactly what is seen. Without JavaScript one tap selects the text. */
export function Command({ text, label, risk }: CommandProps): VNode {
  const whole = text.length <= COMMAND_LIMIT;
  // Words wrap as a whole: a line that ends in `--` would be read as a command of its own.
  const parts = displayBlock(text, whole ? COMMAND_LIMIT : PREVIEW_LIMIT).split(/(\s+)/);
  return (
    <div class="command">
      <pre>
        <code>{parts.map((part, index) => (index % 2 === 0 && part !== '' ? <span key={index}>{part}</span> : part))}</code>
      </pre>
      {whole ? (
        <button type="button" class="copy" data-copy aria-label={`Copy: ${label}`}>
          Copy
        </button>
      ) : null}
      {risk === undefined ? null : <RiskLabel risk={risk} />}
    </div>
  );
}

function RiskLabel({ risk }: { readonly risk: Risk }): VNode {
  const { word, meaning } = RISK[risk] ?? RISK.high;
  return (
    <span class={`risk risk-${risk in RISK ? risk : 'high'}`}>
      <b>{word}</b>: {meaning}
    </span>
  );
}

/** Something to do, with its command and the risk of running it. */
export function Action({ action }: { readonly action: ReportAction }): VNode {
  return (
    <div class="action">
      <p>{displayLine(action.text, 1_000)}</p>
      {action.command ? <Command text={action.command} label="command" risk={action.risk} /> : null}
    </div>
  );
}
