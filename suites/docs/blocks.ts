import { readFileSync } from 'node:fs';
import { FORMS, type StatedForm } from './agreement.ts';

/**
 * A command of the docs that can be run as it stands. The word after `bash` says against what:
 *
 *     ```bash run    OnCallM without a cluster, with ONCALLM_WEBHOOK_TOKEN=your-token
 *     ```bash demo   the demo with its recorded incidents
 *     ```bash        not run: needs a cluster, Docker, Alertmanager or the reader's own names
 *
 * What follows it may state the output, `~~~` standing for the backticks:
 *
 *     ~~~json answer   exactly this JSON
 *     ~~~json like     these fields, with values of the same kind where they are times, ids or cursors; there may be more
 *     ~~~text answer   exactly these lines; a line `...` stands for any number of lines
 */
export interface RunnableBlock {
  readonly page: string;
  readonly line: number;
  readonly against: 'run' | 'demo';
  readonly command: string;
  readonly expected: { readonly form: StatedForm; readonly text: string } | undefined;
}

/** A fenced block, at whatever indentation. */
export interface Block {
  readonly page: string;
  readonly line: number;
  /** What follows the backticks. */
  readonly info: string;
  readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
  const content = readFileSync(page, 'utf8');
  return [...content.matchAll(/^( *)```([^\n`]+)\n([\s\S]*?)^\1```$/gm)].map(({ index, 1: indent = '', 2: info = '', 3: text = '' }) => ({
    page,
    line: content.slice(0, index).split('\n').length,
    info: info.trim(),
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The runnable blocks of a page in their order, each with the output that the next block states. */
export function runnableBlocks(page: string): readonly RunnableBlock[] {
  const blocks = blocksOf(page);
  return blocks.flatMap(({ info, text, line }, index): readonly RunnableBlock[] => {
    const against = info === 'bash run' ? 'run' : info === 'bash demo' ? 'demo' : undefined;
    return against === undefined ? [] : [{ page, line, against, command: text, expected: statedIn(blocks[index + 1]) }];
  });
}

function statedIn(block: Block | undefined): RunnableBlock['expected'] {
  const form = FORMS.find((each) => each === block?.info);
  return block && form ? { form, text: block.text } : undefined;
}
