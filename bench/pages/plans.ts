import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import pg from 'pg';
import type { Statement } from './statements.ts';

/** How a database goes about a statement. */
export interface Plan {
  readonly lines: readonly string[];
  /** Large tables that it reads in full. */
  readonly scans: readonly string[];
}

/** Asks a database for plans, over a connection of its own. */
export interface Planner {
  planOf(statement: Statement): Promise<Plan>;
  close(): Promise<void>;
}

/** Tables that grow with what is stored. */
const LARGE = 'episodes|incidents|investigations|analyses|progress|deliveries|notices|episode_words|transcripts|questions|feedback|incident_keys';
/** A scan by an index has an order and ends with its page; how much it reads on the way shows in its time. */
const SQLITE_SCAN = new RegExp(String.raw`^SCAN (${LARGE})\b(?!.* USING (COVERING )?INDEX)(?!.*VIRTUAL TABLE INDEX \d+:.*M)`);

export function sqlitePlanner(file: string): Planner {
  const database = new DatabaseSync(file, { readOnly: true });
  return {
    async planOf({ sql, values }) {
      const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(values as readonly SQLInputValue[]));
      const lines = rows.map(({ detail }) => String(detail));
      return { lines, scans: lines.flatMap((line) => SQLITE_SCAN.exec(line)?.[1] ?? []) };
    },
    close: async () => database.close(),
  };
}

/** A table that is as good as empty is read in full by a sound planner. */
const SMALL_ROWS = 1_000;

interface PostgresNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PostgresNode[];
}

export async function postgresPlanner(url: string): Promise<Planner> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ relname: string; reltuples: number }>(`SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'`);
  const sizes = new Map(rows.map(({ relname, reltuples }) => [relname, reltuples]));
  return {
    async planOf({ sql, values }) {
      const explained = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: PostgresNode }[] }>(`EXPLAIN (FORMAT JSON) ${sql}`, [...values]);
      const nodes = explained.rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => [...walk(Plan)]));
      return {
        lines: nodes.map((node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}`.trimEnd()),
        scans: nodes
          .filter((node) => node['Node Type'] === 'Seq Scan' && (sizes.get(node['Relation Name'] ?? '') ?? 0) > SMALL_ROWS)
          .map((node) => node['Relation Name'] ?? ''),
      };
    },
    close: () => client.end(),
  };
}

function* walk(node: PostgresNode): Generator<PostgresNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* walk(child);
}
