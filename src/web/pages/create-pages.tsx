import type { Pages } from '../pages.ts';
import { DocsPage } from './docs-page.tsx';
import { renderPage } from './frame.tsx';
import { InboxPage } from './inbox-page.tsx';
import { ProblemPage } from './problem-page.tsx';
import { ReportPage } from './report-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { TranscriptPage } from './transcript-page.tsx';
import { createView } from './view.ts';
import { WaitingPage } from './waiting-page.tsx';

export interface PagesOptions {
  /** Where people reach OnCallM; its path, if it has one, is put before every link. */
  readonly baseUrl: string;
}

/** The pages, rendered with Preact: pure functions of their data. */
export function createPages({ baseUrl }: PagesOptions): Pages {
  return {
    inbox: (data) => renderPage(<InboxPage data={data} view={createView(data.baseUrl, data.now)} />),
    report: (report, extra) => renderPage(<ReportPage report={report} extra={extra} view={createView(extra.baseUrl, extra.now, extra.link, extra.mayAct)} />),
    waiting: (fingerprint, link) => renderPage(<WaitingPage fingerprint={fingerprint} view={createView(baseUrl, '', link)} />),
    transcript: (data) => renderPage(<TranscriptPage data={data} view={createView(data.baseUrl, data.now)} />),
    notFound: (missing) =>
      renderPage(<ProblemPage status={404} title={missing?.title} detail={missing?.detail ?? ''} report={missing?.report} view={createView(baseUrl)} />),
    problem: (status, detail) => renderPage(<ProblemPage status={status} detail={detail} view={createView(baseUrl)} />),
    docs: (api) => renderPage(<DocsPage api={api} view={createView(baseUrl)} />),
    signIn: (data) => renderPage(<SignInPage data={data} view={createView(baseUrl)} />),
  };
}
