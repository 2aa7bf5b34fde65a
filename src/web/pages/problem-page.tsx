import type { VNode } from 'preact';
import { displayLine } from '#lib/display-text.ts';
import type { ReportLink } from '../pages.ts';
import { Frame } from './frame.tsx';
import { reportHref } from './links.ts';
import type { View } from './view.ts';

/** Title, and what to do, per status; the rest by its hundred. */
const ADVICE: Readonly<Record<number, readonly [string, string]>> = {
  400: ['Something in this request is missing or wrong', 'Go back and try again, or begin from the inbox.'],
  401: ['You may not see this', 'Sign in, or ask for access where OnCallM is run.'],
  403: ['You may not do this', 'If you came from another site, open the page here and try again.'],
  404: ['There is no such page', 'Check the address, or begin again from the inbox.'],
  405: ['This cannot be done here', 'The address exists, but not for this kind of request.'],
  409: ['That cannot be done', 'Go back and look again: what you saw may have changed.'],
  413: ['That is too large', 'Send less at once.'],
  429: ['Too many requests', 'Wait a minute, then try again.'],
  503: ['OnCallM is not ready', 'It starts, stops or cannot reach its database. Nothing acknowledged is lost. Try again in a moment.'],
};

interface ProblemPageProps {
  readonly status: number;
  /** Instead of the usual one of the status; `detail` then says all there is to say. */
  readonly title?: string | undefined;
  readonly detail: string;
  /** Where to go on; the inbox where there is none. */
  readonly report?: ReportLink | undefined;
  readonly view: View;
}

/** Whatever went wrong with a request, in words. */
export function ProblemPage({ status, detail, report, view, ...known }: ProblemPageProps): VNode {
  const [usualTitle, usualAdvice] =
    ADVICE[status] ??
    (status >= 500 ? ['Something broke in OnCallM', 'Try again. If it stays, its log says why.'] : ['That did not work', 'Begin again from the inbox.']);
  const title = known.title ?? usualTitle;
  return (
    <Frame view={view} title={`${title} · OnCallM`} kind="plain">
      <article class="narrow">
        <p class="eyebrow">
          <span class="badge">Error {status}</span>
        </p>
        <h1>{title}</h1>
        {detail ? <p>{displayLine(detail, 600)}</p> : null}
        {known.title === undefined ? <p>{usualAdvice}</p> : null}
        <p>
          <a class="button" href={report ? reportHref(view, report) : view.href('/')}>
            {report ? 'To the report' : 'To the inbox'}
          </a>
        </p>
      </article>
    </Frame>
  );
}
