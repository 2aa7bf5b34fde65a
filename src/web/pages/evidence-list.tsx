import type { VNode } from 'preact';
import type { Analysis, ReportEvidence } from '#domain/report.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import { Command } from './command.tsx';
import { evidenceAnchor } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';
import { SOURCE } from './words.ts';

/** More than anybody reads; the rest is in the JSON report. */
export const EVIDENCE_SHOWN = 40;
const EXCERPT_LIMIT = 6_000;

/** Every fact the report rests on: what was seen, how to see it again, and which claim it carries. Facts of the first cause stand open. */
export function EvidenceList({ analysis, view }: { readonly analysis: Analysis; readonly view: View }): VNode | null {
  if (analysis.evidence.length === 0) return null;
  const first = new Set(analysis.root_causes[0]?.evidence.slice(0, 2));
  return (
    <section class="card" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      {analysis.evidence.slice(0, EVIDENCE_SHOWN).map((item) => (
        <EvidenceItem key={item.id} item={item} analysis={analysis} view={view} open={first.has(item.id)} />
      ))}
      {analysis.evidence.length > EVIDENCE_SHOWN ? <p class="quiet">and {analysis.evidence.length - EVIDENCE_SHOWN} more, in the JSON report</p> : null}
    </section>
  );
}

interface EvidenceItemProps {
  readonly item: ReportEvidence;
  readonly analysis: Analysis;
  readonly view: View;
  readonly open: boolean;
}

function EvidenceItem({ item, analysis, view, open }: EvidenceItemProps): VNode {
  const claims = claimsOn(item.id, analysis);
  return (
    <details class="evidence" open={open}>
      <summary>
        <span class="tag">{displayLine(item.id, 8)}</span> <span class="evidence-title">{displayLine(item.title)}</span>{' '}
        <span class="quiet">{SOURCE[item.source] ?? displayLine(item.source, 20)}</span>
      </summary>
      {/* The anchor is inside: following a link to it opens the details. */}
      <div id={evidenceAnchor(item.id) ?? undefined} class="evidence-body">
        {claims.length > 0 ? (
          <ul class="claims">
            {claims.map((claim, index) => (
              <li key={index}>{claim}</li>
            ))}
          </ul>
        ) : null}
        {item.excerpt ? <Excerpt item={item} /> : null}
        {item.query ? (
          <>
            <h3>See it yourself</h3>
            <Command text={item.query} label={`query of ${displayLine(item.id, 8)}`} />
          </>
        ) : null}
        <p class="quiet">
          Seen <Moment at={item.observed_at} view={view} show="both" />
        </p>
      </div>
    </details>
  );
}

function Excerpt({ item }: { readonly item: ReportEvidence }): VNode {
  const lines = displayBlock(item.excerpt, EXCERPT_LIMIT).split('\n');
  return (
    // Long excerpts scroll, so a keyboard must be able to reach them.
    <section class="excerpt" tabindex={0} aria-label={`Excerpt of ${displayLine(item.id, 8)}`}>
      <pre>
        <code>
          {lines.map((line, index) => (
            <span key={index} class={item.source === 'change' ? diffClass(line) : undefined}>
              {`${line}\n`}
            </span>
          ))}
        </code>
      </pre>
    </section>
  );
}

function diffClass(line: string): string | undefined {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : undefined;
}

/** What this fact is cited for, in words. */
function claimsOn(id: string, analysis: Analysis): readonly string[] {
  const causes = analysis.root_causes.flatMap((cause) =>
    cause.evidence.flatMap((cited, index) => (cited === id ? [`Supports cause ${cause.rank}: ${displayLine(cause.reasons[index] ?? cause.title)}`] : [])),
  );
  const consequences = analysis.consequences.filter(({ evidence }) => evidence.includes(id)).map(({ title }) => `Shows what follows: ${displayLine(title)}`);
  const exclusions = analysis.ruled_out.filter(({ evidence }) => evidence.includes(id)).map(({ code }) => `Rules out ${displayLine(code, 80)}`);
  return [...causes, ...consequences, ...exclusions].slice(0, 12);
}
