const MAX_URL_CHARS = 50_000;

/**
 * The PromQL expression that an alert's generatorURL carries; undefined when it carries none. Read: Prometheus' and Thanos' `/graph?g0.expr=` (and
 * `/query?g0.expr=` of Prometheus 3), vmalert's `?expr=`, Grafana's explore links (`?left={"queries":[{"expr":...}]}`, `?panes=`). The address is never called.
 */
export function parseGeneratorUrl(url: string): string | undefined {
  if (url.length > MAX_URL_CHARS) return undefined;
  const query = URL.parse(url)?.searchParams;
  if (!query) return undefined;
  const direct = query.get('g0.expr') ?? query.get('expr');
  return direct?.trim() || expressionIn(query.get('left')) || expressionIn(query.get('panes'));
}

/** The first `expr` (or `expression`) in a piece of JSON. */
function expressionIn(json: string | null): string | undefined {
  if (!json) return undefined;
  let found: string | undefined;
  try {
    JSON.parse(json, (name, value: unknown) => {
      if ((name === 'expr' || name === 'expression') && typeof value === 'string') found ??= value.trim() || undefined;
      return value;
    });
  } catch {
    // Not a link of the kind we know.
    return undefined;
  }
  return found;
}
