import { fetchPage, showPage } from './fetch-page.js';

/** Should the stream be cut by a proxy, the page still asks for itself this often. */
const ASK_AGAIN_MS = 10_000;
/** How often a page looks for the answer to a question of a reader. */
const LOOK_FOR_ANSWER_MS = 2_000;
const LOOK_ELSEWHERE_MS = 45_000;

/**
 * Follows the events of a report until it is settled:
 *
 *     waiting ──appeared──▶ page shown anew, following ──progress: step──▶ following (one more line)
 *                                                │ └─progress: report or end──▶ page shown anew, following
 *                                                └─a page that names no events──▶ done
 */
export function startFollowing(): void {
  followQuestions();
  const address = document.body.dataset['events'];
  if (!address) return;
  const source = new EventSource(address);
  const renew = onceAtATime(async () => {
    const page = await fetchPage();
    if (!page) return;
    showPage(page);
    if (!document.body.dataset['events']) stop();
  });
  const timer = setInterval(renew, ASK_AGAIN_MS);
  const stop = (): void => {
    source.close();
    clearInterval(timer);
  };

  source.addEventListener('appeared', () => {
    if (document.body.dataset['page'] === 'waiting') renew();
  });
  source.addEventListener('progress', (event) => {
    const step = readStep(String(event.data));
    if (step?.kind !== 'step' || !addStep(step)) renew();
  });
  source.addEventListener('open', () => say(''));
  source.addEventListener('error', () => say('Connection lost; trying again.'));
  setTimeout(() => document.querySelector('[data-open-later]')?.setAttribute('open', ''), LOOK_ELSEWHERE_MS);
}

let usualText: string | null = null;

/** Says how the connection is; '' for what the page said at first. */
function say(text: string): void {
  const place = document.querySelector('[data-live-text]');
  if (!place) return;
  usualText ??= place.textContent;
  place.textContent = text || usualText;
}

interface Step {
  readonly seq: string;
  readonly what: string;
  readonly kind: string;
}

function readStep(data: string): Step | null {
  const step: unknown = JSON.parse(data);
  if (typeof step !== 'object' || step === null || !('what' in step) || !('seq' in step) || !('kind' in step)) return null;
  return { seq: String(step.seq), what: String(step.what).slice(0, 300), kind: String(step.kind) };
}

/** Adds a line of progress as text. False: there is no place for it on the page as it is. */
function addStep({ seq, what }: Step): boolean {
  const list = document.querySelector('[data-steps]');
  if (!list) return false;
  if (list.querySelector(`[data-seq="${CSS.escape(seq)}"]`)) return true;
  const line = document.createElement('li');
  line.dataset['seq'] = seq;
  line.textContent = what;
  list.append(line);
  return true;
}

/** Runs `work` when called; calls that come meanwhile make it run once more afterwards, not at the same time. */
function onceAtATime(work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await work();
    } while (again);
    running = false;
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}

/** While a question of a reader waits for its answer, the page asks for itself. */
function followQuestions(): void {
  const renew = onceAtATime(async () => {
    if (!document.querySelector('[data-awaited]')) return;
    const page = await fetchPage();
    if (page) showPage(page);
  });
  setInterval(renew, LOOK_FOR_ANSWER_MS);
}
