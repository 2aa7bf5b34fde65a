import { expect, test } from 'vitest';
import type { Message } from '#notify/notifier.ts';
import { sampleReports } from '#testing/sample-reports.ts';
import { withReportLink } from './with-report-link.ts';

test('a notifier gets the link for chats, and the rest of the report as it is', async () => {
  const sent: Message[] = [];
  const notifier = withReportLink(
    {
      name: 'chat',
      async send(message) {
        sent.push(message);
        return { delivered: true };
      },
    },
    (fingerprint, cluster) => `https://oncallm.example.com/report/${fingerprint}?cluster=${cluster}&sig=s`,
  );
  const { answered } = sampleReports;
  expect(await notifier.send({ investigationId: 'i1', ended: 'completed', report: answered }, AbortSignal.timeout(1_000))).toEqual({ delivered: true });
  expect(notifier.name).toBe('chat');
  const report = { ...answered, report_url: `https://oncallm.example.com/report/${answered.fingerprint}?cluster=${answered.cluster}&sig=s` };
  expect(sent).toEqual([{ investigationId: 'i1', ended: 'completed', report }]);
});
