import type { Notifier } from '#notify/notifier.ts';
import type { ReportLink } from '#web/access/report-links.ts';

/** A notifier whose reports carry the link that people in a chat can open, instead of the plain one. */
export function withReportLink(notifier: Notifier, reportLink: ReportLink): Notifier {
  return {
    name: notifier.name,
    send: ({ report, ...message }, signal) =>
      notifier.send({ ...message, report: { ...report, report_url: reportLink(report.fingerprint, report.cluster) } }, signal),
  };
}
