import type { Report } from '#domain/report.ts';
import { reportMarkdown } from '#report/markdown.ts';
import type { Pages } from '#web/pages.ts';
import { reportSchema } from '#web/schemas/report.ts';
import { MARKUP } from './odd-values.ts';
import { Violation } from './target.ts';

/** Of a report as JSON: what it may cite of a cluster is bounded, whatever the cluster holds. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/** What holds of every report, whatever it was made from: it is of its schema and bounded, and can be shown. Throws a Violation. */
export function examineReport(report: Report, pages: Pages, input: unknown): void {
  const broken = report.analysis?.degraded.filter((why) => /^Rule \S+ failed on /.test(why)) ?? [];
  if (broken.length > 0) throw new Violation(broken.join('; ').slice(0, 2_000), input);
  const shape = reportSchema.safeParse(report);
  if (!shape.success) throw new Violation(`the report is not of its schema: ${shape.error.message.slice(0, 500)}`, input);
  const { length } = JSON.stringify(report);
  if (length > LIMIT_BYTES) throw new Violation(`the report has ${length} characters`, input);
  const markdown = reportMarkdown(report);
  const html = pages.report(report, { progress: [], feedback: [], now: report.alert.startsAt, baseUrl: 'http://localhost:8001' });
  if (html.includes(MARKUP)) throw new Violation('markup came through to the page', input);
  if (/\[object Object\]|undefined undefined/.test(markdown))
    throw new Violation(`not meant for people: ${/.{0,100}\[object Object\].{0,100}/.exec(markdown)?.[0]}`, input);
}
