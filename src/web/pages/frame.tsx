import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { View } from './view.ts';

interface FrameProps {
  readonly view: View;
  /** Of the browser tab; already fit to be shown. */
  readonly title: string;
  /** Which enhancement the client script switches on for this page. */
  readonly kind: 'report' | 'waiting' | 'inbox' | 'plain';
  /** Address of the page's stream of events, when there is something to wait for. */
  readonly events?: string | undefined;
  /** Seconds after which a browser without JavaScript asks again. */
  readonly refreshSeconds?: number | undefined;
  readonly children: ComponentChildren;
}

/** What all pages share: head, skip link, header, main, footer. No inline script or style: the content security policy forbids both. */
export function Frame({ view, title, kind, events, refreshSeconds, children }: FrameProps): VNode {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="referrer" content="same-origin" />
        <title>{title}</title>
        <link rel="icon" href={view.href('/assets/mark.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={view.href('/assets/base.css')} />
        <link rel="stylesheet" href={view.href('/assets/report.css')} />
        <link rel="stylesheet" href={view.href('/assets/pieces.css')} />
        <link rel="stylesheet" href={view.href('/assets/inbox.css')} />
        <link rel="stylesheet" href={view.href('/assets/print.css')} media="print" />
        <script type="module" src={view.href('/assets/client.js')} />
        {refreshSeconds ? (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        ) : null}
      </head>
      <body data-page={kind} data-events={events} data-now={view.now || undefined}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Header view={view} kind={kind} />
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <Footer view={view} />
      </body>
    </html>
  );
}

/** The whole document as text. */
export function renderPage(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

function Header({ view, kind }: { readonly view: View; readonly kind: FrameProps['kind'] }): VNode {
  return (
    <header class="top">
      <a class="brand" href={view.href('/')} aria-current={kind === 'inbox' ? 'page' : undefined}>
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
          <path d="M12 2a7 7 0 0 0-7 7v5l-2 3h18l-2-3V9a7 7 0 0 0-7-7Z" fill="currentColor" />
          <path d="M9 19a3 3 0 0 0 6 0Z" fill="currentColor" />
        </svg>
        <span>OnCallM</span>
      </a>
      <nav aria-label="Pages">
        <a href={view.href('/')} aria-current={kind === 'inbox' ? 'page' : undefined}>
          Inbox
        </a>
      </nav>
    </header>
  );
}

function Footer({ view }: { readonly view: View }): VNode {
  return (
    <footer class="bottom">
      <p>OnCallM only reads: it changes nothing in your cluster. Commands are advice, never run by it. All times are UTC.</p>
      <p>
        <a href={view.href('/docs')}>API</a> <a href={view.href('/health')}>Health</a>
      </p>
    </footer>
  );
}
