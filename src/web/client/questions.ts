import { fetchPage, showPage } from './fetch-page.js';
import { onceAtATime } from './once-at-a-time.js';
import { addStep, readStep } from './steps.js';

/** How often a page looks for the answer to a question of a reader that it hears nothing of. */
const LOOK_MS = 2_000;
/** What it hears of is looked for all the same, every so many times: news may be lost. */
const SELDOM = 5;
/** Browsers open few connections to a server at a time: https://www.rfc-editor.org/rfc/rfc9112#section-9.4 */
const MOST_STREAMS = 2;

/**
 * Follows the questions that wait for their answer, wherever they come to stand on the page: each step is a line more, the end makes the page show itself anew. Where
 * the stream cannot be had, the page asks for itself.
 */
export function startQuestions(): void {
  const streams = new Map<string, EventSource>();
  const renew = onceAtATime(async () => {
    const page = await fetchPage();
    if (!page) return;
    showPage(page);
    follow();
  });

  function open(address: string): EventSource {
    const source = new EventSource(address);
    source.addEventListener('progress', (event) => {
      const step = readStep(String(event.data));
      if (step?.kind === 'end') source.close();
      if (step?.kind !== 'step' || !addStep(step, waiting(address)?.querySelector('ol') ?? null)) renew();
    });
    return source;
  }

  function follow(): void {
    const addresses = awaited().slice(0, MOST_STREAMS);
    for (const [address, source] of streams) {
      if (addresses.includes(address)) continue;
      source.close();
      streams.delete(address);
    }
    for (const address of addresses) if (!streams.has(address)) streams.set(address, open(address));
  }

  let looks = 0;
  follow();
  setInterval(() => {
    const addresses = awaited();
    if (addresses.length === 0) return;
    follow();
    looks += 1;
    const heard = addresses.every((address) => streams.get(address)?.readyState === EventSource.OPEN);
    if (!heard || looks % SELDOM === 0) renew();
  }, LOOK_MS);
}

/** Where the questions that wait are followed. */
function awaited(): readonly string[] {
  return [...document.querySelectorAll<HTMLElement>('[data-question-events]')].flatMap(({ dataset }) => dataset['questionEvents'] ?? []);
}

function waiting(address: string): Element | null {
  return document.querySelector(`[data-question-events="${CSS.escape(address)}"]`);
}
