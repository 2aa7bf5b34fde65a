import type { Report } from '#domain/report.ts';
import { reportMarkdown } from '#report/markdown.ts';
import { type Arguments, type Flag, UsageError } from './command.ts';
import { renderReport } from './render-report.ts';
import type { Terminal } from './terminal.ts';

/** The flags of commands that print a report. */
export const OUTPUT_FLAGS: Readonly<Record<'json' | 'markdown', Flag>> = {
  json: { type: 'boolean', about: 'Print the report as JSON, as GET /reports/{fingerprint} has it.' },
  markdown: { type: 'boolean', about: 'Print the report as Markdown.' },
};

export type OutputForm = 'text' | 'json' | 'markdown';

export function outputForm(given: Arguments): OutputForm {
  if (given.has('json') && given.has('markdown')) throw new UsageError('--json and --markdown exclude each other');
  return given.has('json') ? 'json' : given.has('markdown') ? 'markdown' : 'text';
}

export function printReport(report: Report, form: OutputForm, terminal: Terminal): void {
  terminal.progress('');
  if (form === 'json') terminal.out(JSON.stringify(report, null, 2));
  else terminal.out(form === 'markdown' ? reportMarkdown(report).trimEnd() : renderReport(report, terminal));
}
