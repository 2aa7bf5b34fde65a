import type { VNode } from 'preact';
import { displayLine } from '#lib/display-text.ts';
import { Command } from './command.tsx';
import { Frame } from './frame.tsx';
import { eventsHref } from './links.ts';
import type { View } from './view.ts';

/** A link that was quicker than its alert. */
export function WaitingPage({ fingerprint, view }: { readonly fingerprint: string; readonly view: View }): VNode {
  return (
    <Frame view={view} title="Waiting for the alert · OnCallM" kind="waiting" events={eventsHref(view, fingerprint, view.link?.cluster)} refreshSeconds={5}>
      <article class="narrow">
        <h1>This alert has not arrived yet</h1>
        <section class="note note-live" aria-live="polite">
          <p class="note-title">
            <span class="pulse" aria-hidden="true" /> <span data-live-text>Waiting for it</span>
          </p>
          <p>A link in a chat can be quicker than the alert itself. This page turns into the report by itself, usually within seconds.</p>
        </section>
        <details class="card" data-open-later>
          <summary>
            <span class="summary-title">It does not come?</span>
          </summary>
          <ol class="checks">
            <li>
              <p>Is OnCallM well, and did anything arrive at all? The inbox says when the last message came.</p>
              <Command text={`curl ${view.baseUrl}/health`} label="health check" />
            </li>
            <li>
              <p>Does Alertmanager have trouble sending? Its log names failed notifications.</p>
              <Command text="kubectl logs deployment/alertmanager | grep webhook" label="Alertmanager log" />
            </li>
            <li>
              <p>
                Is the alert still waiting in Alertmanager? It is sent only after <code>group_wait</code>, and an alert that is silenced or inhibited is not
                sent.
              </p>
            </li>
            <li>
              <p>
                Is the link an old one? Reports are removed some time after their alert ended (<code>RETENTION_DAYS</code>).
              </p>
            </li>
          </ol>
        </details>
        <p class="quiet">
          Fingerprint <code>{displayLine(fingerprint, 100)}</code>
        </p>
      </article>
    </Frame>
  );
}
