import { flapsOn } from '#domain/flapping.ts';
import type { Report } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import type { Message, Notifier } from '../notifier.ts';
import { createJsonPost } from '../post-json.ts';

/** Longer lines are cut: a section holds 3,000 characters (https://docs.slack.dev/reference/block-kit/blocks/section-block). */
const LINE_LENGTH = 600;
const COMMAND_LENGTH = 300;

/**
 * Tells a channel the answer in a few lines, with the first thing to do and the link to the report: what a person wants on a phone. An alert that flaps is told as often as
 * there is something new: until that is known, and when its cause changes.
 */
export function createSlackNotifier({ url, version }: { readonly url: string; readonly version: string }): Notifier {
  const post = createJsonPost(url, { 'user-agent': `oncallm/${version}` });
  return {
    name: 'slack',
    async send(message: Message, signal: AbortSignal) {
      if (saysNothingNew(message)) return { delivered: true };
      const lines = linesOf(message);
      // `text` is what a notification on a phone shows; Mattermost knows only that.
      return post({ text: lines.join('\n'), blocks: [{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } }], unfurl_links: false }, signal);
    },
  };
}

/** Only where the incident has no other alert: of those the report does not say whether they flap. */
function saysNothingNew({ ended, report }: Message): boolean {
  const alerts = new Set(report.incident?.alerts.map(({ fingerprint }) => fingerprint));
  return ended === 'completed' && alerts.size === 1 && flapsOn(report.history);
}

function linesOf({ ended, report }: Message): readonly string[] {
  const { incident, analysis } = report;
  const link = `<${report.report_url}|${safe(incident?.title ?? report.alert_name)}>`;
  if (ended === 'failed' || analysis === null) return [`*${link}*`, `The investigation failed: ${safe(report.status_reason ?? 'see the report')}`];
  const [cause] = analysis.root_causes;
  const others = (incident?.alerts.length ?? 1) - 1;
  const action = analysis.actions.find(({ command }) => command !== '');
  return [
    `*${link}*`,
    [
      cause ? `${cause.confidence}: ${safe(cause.code)}` : 'no cause found',
      about(report),
      ...(report.flapping ? [`flapping, ${report.flapping.times} times within an hour`] : []),
      ...(others > 0 ? [`${others} more alert${others === 1 ? '' : 's'}`] : []),
    ].join(' · '),
    safe(analysis.summary),
    ...(action ? [`${safe(action.text)} \`${safe(action.command, COMMAND_LENGTH).replaceAll('`', "'")}\``] : []),
  ];
}

function about({ alert_name: alert, namespace, cluster }: Report): string {
  return safe([alert, ...(namespace === 'Unknown' ? [] : [`in ${namespace}`]), ...(cluster === 'default' ? [] : [`on ${cluster}`])].join(' '));
}

/**
 * One line in which nothing acts: neither a link nor a mention (`<!channel>`) begins without `<`
 * (https://docs.slack.dev/messaging/formatting-message-text#escaping).
 */
function safe(value: string, length = LINE_LENGTH): string {
  return displayLine(value, length).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
