import { fetchPage, showPage } from './fetch-page.js';
import { onceAtATime } from './once-at-a-time.js';
import { addStep, readStep } from './steps.js';

/** Should the stream be cut by a proxy, the page still asks for itself this often. */
const ASK_AGAIN_MS = 10_000;
const LOOK_ELSEWHERE_MS = 45_000;

/**
 * Follows the events of a report until it is settled:
 *
 *     waiting ──appeared──▶ page shown anew, following ──progress: step──▶ following (one more line)
 *                                                │ └─progress: report or end──▶ page shown anew, following
 *                                                └─a page that names no events──▶ done
 */
export function startFollowing(): void {
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
    if (step?.kind !== 'step' || !addStep(step, document.querySelector('[data-steps]'))) renew();
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
