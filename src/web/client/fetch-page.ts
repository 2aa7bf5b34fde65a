import { readServerTime } from './clock.js';

/** Asks for this page again. Null: not to be had (the server is away, or the report is not there yet). */
export async function fetchPage(): Promise<Document | null> {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store', signal: AbortSignal.timeout(10_000) });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
  } catch {
    return null;
  }
}

/** Takes over title, time and state of a newer copy of the page. */
function takeOver(page: Document): void {
  document.title = page.title;
  for (const name of ['data-page', 'data-events', 'data-now']) {
    const value = page.body.getAttribute(name);
    if (value === null) document.body.removeAttribute(name);
    else document.body.setAttribute(name, value);
  }
  readServerTime();
}

/** Shows a newer copy of the whole page. What the reader opened stays open, what they typed stays typed, and they go on where they were. */
export function showPage(page: Document): void {
  const [before, after] = [document.querySelector('main'), page.querySelector('main')];
  if (!before || !after) return;
  const opened = new Set([...before.querySelectorAll('details[open] > summary')].map((summary) => summary.textContent));
  for (const summary of after.querySelectorAll('details > summary')) {
    if (opened.has(summary.textContent)) summary.parentElement?.setAttribute('open', '');
  }
  for (const field of after.querySelectorAll<HTMLTextAreaElement>('textarea[id]')) {
    const typed = before.querySelector<HTMLTextAreaElement>(`#${CSS.escape(field.id)}`)?.value;
    if (typed) field.value = typed;
  }
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const caret = focused instanceof HTMLTextAreaElement ? focused.selectionStart : null;
  before.replaceChildren(...after.childNodes);
  const again = focused?.id ? document.getElementById(focused.id) : null;
  again?.focus({ preventScroll: true });
  if (again instanceof HTMLTextAreaElement) again.setSelectionRange(caret, caret);
  takeOver(page);
}

/** Shows newer copies of the named parts only; the focus stays on the incident it was on. */
export function showParts(page: Document, selectors: readonly string[]): void {
  const focused = document.activeElement?.closest<HTMLElement>('[data-incident]')?.dataset['incident'];
  for (const selector of selectors) {
    const after = page.querySelector(selector);
    if (after) document.querySelector(selector)?.replaceWith(after);
  }
  takeOver(page);
  if (focused) document.querySelector<HTMLElement>(`[data-incident="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
}
