import type { VNode } from 'preact';
import type { ApiDescription, ApiOperation } from '../pages.ts';
import { Frame } from './frame.tsx';
import type { View } from './view.ts';

/** The API as a person reads it. */
export function DocsPage({ api, view }: { readonly api: ApiDescription; readonly view: View }): VNode {
  const tags = [...new Set(api.operations.map(({ tag }) => tag))];
  return (
    <Frame view={view} title={`API · ${api.title}`} kind="plain">
      <article class="narrow docs">
        <h1>
          {api.title} API <span class="quiet">{api.version}</span>
        </h1>
        <p>
          For machines: <a href={view.href('/openapi.json')}>openapi.json</a>. Base address: <code>{view.baseUrl}</code>
        </p>
        {tags.map((tag) => (
          <section key={tag} class="card">
            <h2>{tag}</h2>
            {api.operations
              .filter((operation) => operation.tag === tag)
              .map((operation) => (
                <Operation key={`${operation.method} ${operation.path}`} operation={operation} />
              ))}
          </section>
        ))}
      </article>
    </Frame>
  );
}

function Operation({ operation }: { readonly operation: ApiOperation }): VNode {
  return (
    <details class="operation">
      <summary>
        <span class="method">{operation.method}</span> <code>{operation.path}</code> <span class="quiet">{operation.summary}</span>
      </summary>
      {operation.description ? <p>{operation.description}</p> : null}
      {operation.parameters.length > 0 ? (
        <dl class="labels">
          {operation.parameters.map((parameter) => (
            <div key={`${parameter.in} ${parameter.name}`}>
              <dt>
                {parameter.name} <span class="quiet">({parameter.required ? `${parameter.in}, required` : parameter.in})</span>
              </dt>
              <dd>{parameter.description || '(no description)'}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      <dl class="labels">
        {operation.responses.map((response) => (
          <div key={response.status}>
            <dt>{response.status}</dt>
            <dd>{response.description || '(no description)'}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
