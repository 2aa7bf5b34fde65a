import type { VNode } from 'preact';
import type { IncidentFilter } from '#domain/views.ts';
import type { View } from './view.ts';

/** True when something is left out of the list. */
export function isFiltered(filter: IncidentFilter): boolean {
  return [filter.search, filter.state, filter.severity, filter.cluster, filter.namespace].some(Boolean);
}

/** The same filter as a query string, at another place in the list. */
export function filterQuery(filter: IncidentFilter, cursor?: string): string {
  const { search, state, severity, cluster, namespace } = filter;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ search, state, severity, cluster, namespace, cursor })) if (value) query.set(name, value);
  return query.size > 0 ? `?${query}` : '';
}

const STATES = [
  ['', 'Open and closed'],
  ['open', 'Open'],
  ['closed', 'Closed'],
] as const;
const SEVERITIES = [
  ['', 'Any severity'],
  ['critical', 'Critical'],
  ['warning', 'Warning'],
  ['info', 'Info'],
  ['unknown', 'Unknown'],
] as const;

/** A form with GET, so that a filtered inbox is a link and works without JavaScript. */
export function Filters({ filter, view }: { readonly filter: IncidentFilter; readonly view: View }): VNode {
  const more = [filter.state, filter.severity, filter.cluster, filter.namespace].some(Boolean);
  return (
    <search>
      <form class="filters no-print" method="get" action={view.href('/')}>
        <div class="search">
          <label for="search" class="hidden">
            Search alert, namespace, label or cause
          </label>
          <input
            id="search"
            type="search"
            name="search"
            value={filter.search ?? ''}
            placeholder="Search alert, namespace, cause"
            maxlength={200}
            autocapitalize="none"
            autocomplete="off"
          />
          <button type="submit" class="button">
            Search
          </button>
        </div>
        <details open={more}>
          <summary>Filters{more ? ' (some set)' : ''}</summary>
          <div class="filter-fields">
            <Choice name="state" label="State" value={filter.state ?? ''} options={STATES} />
            <Choice name="severity" label="Severity" value={filter.severity ?? ''} options={SEVERITIES} />
            <Field name="namespace" label="Namespace" value={filter.namespace ?? ''} />
            <Field name="cluster" label="Cluster" value={filter.cluster ?? ''} />
            <button type="submit" class="button quiet-button">
              Apply
            </button>
          </div>
        </details>
        {isFiltered(filter) ? <a href={view.href('/')}>Clear search and filters</a> : null}
      </form>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
}

function Choice({ name, label, value, options }: ChoiceProps): VNode {
  return (
    <label>
      {label}
      <select name={name}>
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Field({ name, label, value }: { readonly name: string; readonly label: string; readonly value: string }): VNode {
  return (
    <label>
      {label}
      <input type="text" name={name} value={value} maxlength={253} autocapitalize="none" autocomplete="off" />
    </label>
  );
}
