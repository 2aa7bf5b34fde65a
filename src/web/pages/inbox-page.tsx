import type { VNode } from 'preact';
import type { IncidentSummary } from '#domain/views.ts';
import { displayLine } from '#lib/display-text.ts';
import type { InboxData } from '../pages.ts';
import { Frame } from './frame.tsx';
import { ConnectAlertmanager } from './inbox-empty.tsx';
import { Filters, filterQuery, isFiltered } from './inbox-filters.tsx';
import { IncidentRow } from './inbox-row.tsx';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { count } from './words.ts';

/** Everything that is going on, the most urgent first, then what is over. */
export function InboxPage({ data, view }: { readonly data: InboxData; readonly view: View }): VNode {
  const { filter, incidents, counts } = data;
  const connected = data.lastDeliveryAt !== null || counts.episodes > 0;
  const open = counts.openIncidents;
  return (
    <Frame view={view} title={`${open > 0 ? `(${open}) ` : ''}Inbox · OnCallM`} kind="inbox">
      <div class="inbox">
        <h1>{open > 0 ? count(open, 'open incident') : connected ? 'Nothing open' : 'No alerts yet'}</h1>
        <Signs data={data} view={view} />
        {connected ? <Filters filter={filter} view={view} /> : <ConnectAlertmanager view={view} />}
        <div id="incidents">
          <Section title="Open" incidents={incidents.items.filter(({ incident }) => incident.state === 'open')} view={view} />
          <Section title="Closed" incidents={incidents.items.filter(({ incident }) => incident.state === 'closed')} view={view} />
          {connected && incidents.items.length === 0 ? <NothingHere filtered={isFiltered(filter)} view={view} /> : null}
          <Pager data={data} view={view} />
        </div>
        {connected ? <KeyboardHelp /> : null}
      </div>
    </Frame>
  );
}

/** How fresh this is, and whether alerts still arrive at all: silence must not be mistaken for health. */
function Signs({ data, view }: { readonly data: InboxData; readonly view: View }): VNode {
  const { queue } = data;
  return (
    <p class="signs quiet" id="signs">
      <span class="live" data-live-text>
        As of <Moment at={data.now} view={view} show="clock" /> UTC
      </span>
      <span>
        {data.lastDeliveryAt === null ? (
          'No message from Alertmanager yet'
        ) : (
          <>
            Last message from Alertmanager <Moment at={data.lastDeliveryAt} view={view} />
          </>
        )}
      </span>
      {queue.queued + queue.running > 0 ? (
        <span>
          {queue.running} investigating, {queue.queued} queued
        </span>
      ) : null}
      {data.watchdogs.slice(0, 10).map(({ cluster, at }) => (
        <span key={cluster}>
          Watchdog of {displayLine(cluster, 60)} <Moment at={at} view={view} />
        </span>
      ))}
    </p>
  );
}

function Section({ title, incidents, view }: { readonly title: string; readonly incidents: readonly IncidentSummary[]; readonly view: View }): VNode | null {
  if (incidents.length === 0) return null;
  const id = `${title.toLowerCase()}-title`;
  return (
    <section aria-labelledby={id} class={`incidents incidents-${title.toLowerCase()}`}>
      <h2 id={id}>{title}</h2>
      <ul>
        {incidents.map((summary) => (
          <IncidentRow key={summary.incident.id} summary={summary} view={view} />
        ))}
      </ul>
    </section>
  );
}

function NothingHere({ filtered, view }: { readonly filtered: boolean; readonly view: View }): VNode {
  return (
    <div class="card nothing">
      {filtered ? (
        <p>
          Nothing matches. <a href={view.href('/')}>Show everything</a>
        </p>
      ) : (
        <p>No incident, open or closed. Alerts arrive, and none of them needed an investigation.</p>
      )}
    </div>
  );
}

function Pager({ data, view }: { readonly data: InboxData; readonly view: View }): VNode | null {
  const { filter, incidents } = data;
  if (incidents.next === null && filter.cursor === undefined) return null;
  return (
    <nav class="pager" aria-label="More incidents">
      {filter.cursor === undefined ? null : (
        <a class="button quiet-button" href={view.href(`/${filterQuery(filter)}`)}>
          Back to the newest
        </a>
      )}
      {incidents.next === null ? null : (
        <a class="button quiet-button" rel="next" href={view.href(`/${filterQuery(filter, incidents.next)}`)}>
          Older incidents
        </a>
      )}
    </nav>
  );
}

function KeyboardHelp(): VNode {
  return (
    <details class="keys no-print" id="keys">
      <summary>Keyboard</summary>
      <dl>
        <div>
          <dt>
            <kbd>j</kbd> <kbd>k</kbd>
          </dt>
          <dd>next, previous incident</dd>
        </div>
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>open it</dd>
        </div>
        <div>
          <dt>
            <kbd>/</kbd>
          </dt>
          <dd>search</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>leave the search</dd>
        </div>
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>this list</dd>
        </div>
      </dl>
    </details>
  );
}
