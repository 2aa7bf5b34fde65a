import type { VNode } from 'preact';
import type { QuestionStep, ReaderQuestion } from '#domain/reader-question.ts';
import type { Report } from '#domain/report.ts';
import { displayBlock, displayLine } from '#lib/display-text.ts';
import type { ReportExtra } from '../pages.ts';
import { EvidenceLinks } from './answer.tsx';
import { questionEventsHref, transcriptHref } from './links.ts';
import { Moment } from './moment.tsx';
import type { View } from './view.ts';

const LONGEST_QUESTION = 1_000;
const EXCERPT_CHARACTERS = 3_000;
const STEPS_SHOWN = 50;

/** True while an answer is awaited: the page looks for it by itself. */
export function isAwaited(questions: readonly ReaderQuestion[] | undefined): boolean {
  return questions?.some(({ state }) => state === 'asked') ?? false;
}

/** What readers asked the model about this report. A form, so that it works without JavaScript. */
export function Questions({
  report,
  questions,
  steps,
  view,
}: {
  readonly report: Report;
  readonly questions: readonly ReaderQuestion[];
  readonly steps: ReportExtra['questionSteps'];
  readonly view: View;
}): VNode | null {
  if (report.investigation === null || (questions.length === 0 && !view.mayAct)) return null;
  const known = new Set(report.analysis?.evidence.map(({ id }) => id));
  return (
    <section class="card" aria-labelledby="questions-title" id="questions">
      <h2 id="questions-title">Ask about this</h2>
      {questions.map((one) => (
        <Exchange key={one.id} one={one} steps={steps?.get(one.id) ?? []} known={known} view={view} />
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

interface ExchangeProps {
  readonly one: ReaderQuestion;
  readonly steps: readonly QuestionStep[];
  /** Ids of the evidence of the report. */
  readonly known: ReadonlySet<string>;
  readonly view: View;
}

function Exchange({ one, steps, known, view }: ExchangeProps): VNode {
  const { question, state, answer, askedAt } = one;
  return (
    <div class="exchange">
      <h3>{displayLine(question, LONGEST_QUESTION)}</h3>
      <p class="quiet">
        asked <Moment at={askedAt} view={view} />
      </p>
      {state === 'asked' ? <Awaited one={one} steps={steps} view={view} /> : null}
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

/** What is done for a question so far; the client adds to it as it happens. */
function Awaited({ one, steps, view }: Pick<ExchangeProps, 'one' | 'steps' | 'view'>): VNode {
  return (
    <div aria-live="polite" data-question-events={questionEventsHref(view, one)}>
      <p>
        <span class="pulse" aria-hidden="true" /> Looking for the answer. It appears here by itself.
      </p>
      <ol class="steps">
        {steps.slice(-STEPS_SHOWN).map(({ seq, what }) => (
          <li key={seq} data-seq={seq}>
            {displayLine(what)}
          </li>
        ))}
      </ol>
    </div>
  );
}
