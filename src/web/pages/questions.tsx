import type { VNode } from 'preact';
import type { ReaderQuestion } from '#domain/reader-question.ts';
import type { Report } from '#domain/report.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import { EvidenceLinks } from './answer.tsx';
import { transcriptHref } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';

const LONGEST_QUESTION = 1_000;
const EXCERPT_CHARACTERS = 3_000;

/** True while an answer is awaited: the page looks for it by itself. */
export function isAwaited(questions: readonly ReaderQuestion[] | undefined): boolean {
  return questions?.some(({ state }) => state === 'asked') ?? false;
}

/** What readers asked the model about this report. A form, so that it works without JavaScript. */
export function Questions({
  report,
  questions,
  view,
}: {
  readonly report: Report;
  readonly questions: readonly ReaderQuestion[];
  readonly view: View;
}): VNode | null {
  if (report.investigation === null || (questions.length === 0 && !view.mayAct)) return null;
  const known = new Set(report.analysis?.evidence.map(({ id }) => id));
  return (
    <section class="card" aria-labelledby="questions-title" id="questions" data-awaited={isAwaited(questions) ? '' : undefined}>
      <h2 id="questions-title">Ask about this</h2>
      {questions.map((one) => (
        <Exchange key={one.id} one={one} known={known} view={view} />
      ))}
      {view.mayAct ? (
        <form class="no-print" method="post" action={view.href(`/api/v1/investigations/${encodeURIComponent(report.investigation.id)}/questions`)}>
          <label for="question">Question</label>
          <textarea id="question" name="question" rows={2} required minlength={3} maxlength={LONGEST_QUESTION} />
          <p class="quiet">
            The model answers from the evidence, and looks further if it must. It only reads. Sentences that no evidence carries are left out.
          </p>
          <button type="submit" class="button quiet-button">
            Ask
          </button>
        </form>
      ) : null}
    </section>
  );
}

function Exchange({ one, known, view }: { readonly one: ReaderQuestion; readonly known: ReadonlySet<string>; readonly view: View }): VNode {
  const { question, state, answer, askedAt } = one;
  return (
    <div class="exchange">
      <h3>{displayLine(question, LONGEST_QUESTION)}</h3>
      <p class="quiet">
        asked <Moment at={askedAt} view={view} />
      </p>
      {state === 'asked' ? <p role="status">Looking for the answer. It appears here; without JavaScript, reload this page.</p> : null}
      {answer?.sentences
        .filter(({ verified }) => verified)
        .map(({ text, evidence }, index) => (
          <p key={index}>
            {displayLine(text, 2_000)} <EvidenceLinks ids={evidence.filter((id) => known.has(id))} />
            {evidence.some((id) => !known.has(id)) ? (
              <span class="quiet"> (found for this question: {evidence.filter((id) => !known.has(id)).join(', ')})</span>
            ) : null}
          </p>
        ))}
      {answer?.problem ? <p class="quiet">{displayLine(answer.problem, 500)}</p> : null}
      {one.hasTranscript ? (
        <p class="quiet">
          <a class="further" href={transcriptHref(view, one.investigationId, one.id)}>
            How this was answered
          </a>
        </p>
      ) : null}
      {answer && answer.evidence.length > 0 ? (
        <details>
          <summary>What was found for this question</summary>
          {answer.evidence.map(({ id, title, query, excerpt }) => (
            <div key={id} class="excerpt">
              <p>
                <span class="tag">{displayLine(id, 8)}</span> {displayLine(title)}
                {query ? (
                  <>
                    <br />
                    <code>{displayLine(query, 500)}</code>
                  </>
                ) : null}
              </p>
              {/* A region that scrolls is reached by keyboard too. */}
              <pre tabindex={0}>{displayBlock(excerpt, EXCERPT_CHARACTERS)}</pre>
            </div>
          ))}
        </details>
      ) : null}
    </div>
  );
}
