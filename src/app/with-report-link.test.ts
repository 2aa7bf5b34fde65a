import { expect, test } from 'vitest';
import type { Report } from '#domain/report.ts';
import { sampleReports } from '#testing/sample-reports.ts';
import { withReportLink } from './with-report-link.ts';

test('a notifier gets the link for chats, and the rest of the report as it is', async () => {
  const sent: Report[] = [];
  const notifier = withReportLink(
    {
      name: 'chat',
      async send(report) {
        sent.push(report);
        return { delivered: true };
      },
    },
    (fingerprint, cluster) => `https://oncallm.example.com/report/${fingerprint}?cluster=${cluster}&sig=s`,
  );
  const { answered } = sampleReports;
  expect(await notifier.send(answered, AbortSignal.timeout(1_000))).toEqual({ delivered: true });
  expect(notifier.name).toBe('chat');
  expect(sent).toEqual([{ ...answered, report_url: `https://oncallm.example.com/report/${answered.fingerprint}?cluster=${answered.cluster}&sig=s` }]);
});
