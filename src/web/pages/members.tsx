import { Fragment, type VNode } from 'preact';
import type { Report } from '#domain/report.ts';
import { displayLine } from '#lib/display-text.ts';
import { reportHref } from './links.ts';
import type { View } from './view.ts';
import { count } from './words.ts';

type Incident = NonNullable<Report['incident']>;
type OriginProps = { readonly report: Report; readonly from: NonNullable<Incident['split_from']>; readonly view: View };

/** Why alerts are in the incident; nothing for the usual reason, their Alertmanager group. */
function joinedWords(joinedBy: string): string {
  const [what = '', ...rest] = joinedBy.split('/');
  if (what === 'person') return 'Here because somebody put them back:';
  if (what === 'cause') return 'Here because their own investigation found the same cause:';
  return rest.length === 0 ? '' : `Here for the same ${displayLine(`${what} ${rest.join('/')}`, 120)}:`;
}

const MEMBERS_SHOWN = 50;

/** The alerts that share this investigation. */
export function Members({ report, view }: { readonly report: Report; readonly view: View }): VNode | null {
  const { incident } = report;
  if (incident === null) return null;
  if (incident.alerts.length < 2) return incident.split_from ? <Origin report={report} from={incident.split_from} view={view} /> : null;
  const shown = incident.alerts.toSorted((left, right) => left.joined_by.localeCompare(right.joined_by)).slice(0, MEMBERS_SHOWN);
  return (
    <section class="card" aria-labelledby="members-title">
      <h2 id="members-title">{count(incident.alerts.length, 'alert')} in this incident</h2>
      {incident.split_from ? <TakenFrom report={report} from={incident.split_from} view={view} /> : null}
      <details open={incident.alerts.length <= 8}>
        <summary>One investigation for all of them</summary>
        {[...Map.groupBy(shown, ({ joined_by }) => joined_by)].map(([joinedBy, members]) => (
          <Fragment key={joinedBy}>
            {joinedBy === '' ? null : <p class="quiet">{joinedWords(joinedBy)}</p>}
            <ul class="links">
              {members.map((member) => (
                <li key={member.fingerprint}>
                  {member.fingerprint === report.fingerprint ? (
                    <b>{displayLine(member.alert_name, 120)}</b>
                  ) : (
                    <a href={reportHref(view, { fingerprint: member.fingerprint, cluster: report.cluster })}>{displayLine(member.alert_name, 120)}</a>
                  )}{' '}
                  <span class="quiet">
                    {displayLine(aboutLine(member), 160)}, {displayLine(member.status, 20)}
                    {member.fingerprint === report.fingerprint ? ', this one' : ''}
                  </span>
                </li>
              ))}
            </ul>
          </Fragment>
        ))}
        {incident.alerts.length > shown.length ? <p class="quiet">and {incident.alerts.length - shown.length} more</p> : null}
      </details>
      {view.mayAct && incident.state === 'open' ? <TakeOut report={report} alerts={shown} view={view} /> : null}
    </section>
  );
}

/** What a member is about, so that forty alerts of one name can be told apart. */
function aboutLine({ about, namespace }: Incident['alerts'][number]): string {
  if (about === '') return namespace;
  return namespace === 'Unknown' ? about : `${about} in ${namespace}`;
}

/** Of an incident with one alert, which needs no list. */
function Origin(props: OriginProps): VNode {
  return (
    <section class="card" aria-labelledby="origin-title">
      <h2 id="origin-title">Taken out of another incident</h2>
      <TakenFrom {...props} />
    </section>
  );
}

function TakenFrom({ report, from, view }: OriginProps): VNode {
  const isOpen = from.state === 'open';
  return (
    <>
      <p class="quiet">
        Somebody took this out of <a href={reportHref(view, { fingerprint: from.fingerprint, cluster: report.cluster })}>{displayLine(from.title, 160)}</a>
        {isOpen ? '. It does not go back there by itself while that incident is open.' : ', which is closed.'}
      </p>
      {view.mayAct && isOpen && report.incident?.state === 'open' ? <PutBack incident={report.incident} view={view} /> : null}
    </>
  );
}

/** Undoes taking out. A form, so that it works without JavaScript, behind a line that is not pressed by accident. */
function PutBack({ incident, view }: { readonly incident: Incident; readonly view: View }): VNode {
  return (
    <details class="take-out no-print">
      <summary>Does it belong there after all?</summary>
      <p class="quiet">
        Put it back: its alerts are part of that incident again, which is investigated again with all of them. What was found out here is not shown any more.
      </p>
      <form method="post" action={view.href(`/api/v1/incidents/${encodeURIComponent(incident.id)}/join`)}>
        <button type="submit" class="button quiet-button">
          Put back
        </button>
      </form>
    </details>
  );
}

/** A form, so that it works without JavaScript, behind a line that is not pressed by accident. */
function TakeOut({ report, alerts, view }: { readonly report: Report; readonly alerts: Incident['alerts']; readonly view: View }): VNode | null {
  const firing = [...new Map(alerts.filter(({ status }) => status === 'firing').map((alert) => [alert.fingerprint, alert])).values()];
  // Where all fire, one has to stay: that there is another is enough here, the rest is said by the answer.
  if (report.incident === null || firing.length === 0 || new Set(alerts.map(({ fingerprint }) => fingerprint)).size < 2) return null;
  return (
    <details class="take-out no-print">
      <summary>Does one not belong here?</summary>
      <p class="quiet">Take it out: it becomes an incident of its own and is investigated by itself. What stays is investigated again.</p>
      <form method="post" action={view.href(`/api/v1/incidents/${encodeURIComponent(report.incident.id)}/split`)}>
        <fieldset class="choices">
          <legend class="hidden">Alerts to take out</legend>
          {firing.map((alert) => (
            <label key={alert.fingerprint}>
              <input type="checkbox" name="fingerprints" value={alert.fingerprint} />
              <span>
                {displayLine(alert.alert_name, 120)} <span class="quiet">{displayLine(aboutLine(alert), 160)}</span>
                {alert.fingerprint === report.fingerprint ? <span class="quiet">, this one</span> : null}
              </span>
            </label>
          ))}
        </fieldset>
        <button type="submit" class="button quiet-button">
          Take out
        </button>
      </form>
    </details>
  );
}
