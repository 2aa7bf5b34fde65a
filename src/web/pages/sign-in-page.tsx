import type { VNode } from 'preact';
import type { SignInData, SignInState } from '../pages.ts';
import { Frame } from './frame.tsx';
import { reportHref } from './links.ts';
import type { View } from './view.ts';
import { count } from './words.ts';

interface SignInProps {
  readonly data: SignInData;
  readonly view: View;
}

/** What is shown to who is not let in, in place of the page they wanted: they get there as soon as they have signed in. */
export function SignInPage({ data, view }: SignInProps): VNode {
  const title = data.state === 'signed-in' ? 'You are signed in' : 'Sign in';
  return (
    <Frame view={view} title={`${title} · OnCallM`} kind="plain">
      <article class="narrow">
        <h1>{title}</h1>
        <Notice data={data} />
        {data.state === 'signed-in' ? <SignedIn data={data} view={view} /> : <WaysIn data={data} view={view} />}
      </article>
    </Frame>
  );
}

const NOTICES: Readonly<Record<SignInState, string | null>> = {
  asked: null,
  'signed-in': null,
  wrong: 'This token is not accepted. Check that it was copied whole.',
  limited: 'Too many wrong tokens came from your address.',
  'session-over': 'Your session has ended.',
  'link-over': 'This link has expired. Sign in to see the report.',
  'link-wrong': 'This link was changed, or its signature is no longer accepted. Sign in to see the report.',
  'provider-refused': 'Signing in was refused or given up. Try again.',
  'provider-failed': 'The identity provider could not be asked. Try again in a minute; the log of OnCallM says why.',
  'not-let-in': 'You are signed in there, but in none of the groups that may read reports here. Ask who runs OnCallM.',
  'attempt-over': 'Signing in took too long, or began in another browser. Try again.',
};

function Notice({ data }: Pick<SignInProps, 'data'>): VNode | null {
  const text = NOTICES[data.state];
  if (text === null) return null;
  return (
    <section class="note note-failed" role="alert">
      <p class="note-title">{text}</p>
      {data.waitSeconds > 0 ? <p>Try again in {count(data.waitSeconds, 'second')}.</p> : null}
    </section>
  );
}

function WaysIn({ data, view }: SignInProps): VNode {
  if (!data.hasForm && data.provider === undefined) return <ElsewhereNote />;
  return (
    <>
      {data.provider === undefined ? null : (
        <p>
          <a class="button" href={view.href(`/sign-in/oidc?next=${encodeURIComponent(data.next)}`)}>
            Sign in with {data.provider}
          </a>
        </p>
      )}
      {data.hasForm ? <TokenForm data={data} view={view} /> : null}
    </>
  );
}

/** Works without JavaScript. */
function TokenForm({ data, view }: SignInProps): VNode {
  return (
    <>
      <p>
        {data.provider === undefined ? 'Reports are shown to people who have the viewer token of this OnCallM.' : 'Or with the viewer token of this OnCallM:'}
      </p>
      <form method="post" action={view.href('/sign-in')} class="card">
        <input type="hidden" name="next" value={data.next} />
        <label for="token">Viewer token</label>
        <input id="token" name="token" type="password" required autocomplete="current-password" autocapitalize="none" spellcheck={false} />
        <div class="verdicts">
          <button type="submit" class="button">
            Sign in
          </button>
        </div>
      </form>
      <p class="quiet">
        Who runs OnCallM has set it as <code>ONCALLM_VIEWER_TOKEN</code>. A link from a chat message may open its report without it.
      </p>
    </>
  );
}

function ElsewhereNote(): VNode {
  return <p>People are signed in by a proxy in front of OnCallM, and this request did not come through it. Open OnCallM at its usual address.</p>;
}

function SignedIn({ data, view }: SignInProps): VNode {
  return (
    <>
      <p>
        <a class="button" href={view.href(data.next)}>
          {data.next === '/' ? 'To the inbox' : 'Go on'}
        </a>
      </p>
      <form method="post" action={view.href('/sign-out')}>
        <button type="submit" class="button quiet-button">
          Sign out
        </button>
      </form>
    </>
  );
}

/** In place of what a reader who came by a link cannot do. */
export function SignInToAct({ view, report }: { readonly view: View; readonly report: { readonly fingerprint: string; readonly cluster: string } }): VNode {
  // The address that the server will be asked for: without the path of the base URL, and without the signature.
  const next = reportHref({ ...view, link: undefined, href: (path) => path }, report);
  return (
    <section class="card no-print" aria-labelledby="link-title">
      <h2 id="link-title">You came by a link</h2>
      <p>It shows this report only. To see others, to investigate again or to say whether this was right, sign in.</p>
      <p>
        <a class="button quiet-button" href={view.href(`/sign-in?next=${encodeURIComponent(next)}`)}>
          Sign in
        </a>
      </p>
    </section>
  );
}
