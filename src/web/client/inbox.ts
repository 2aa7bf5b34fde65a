import { fetchPage, showPage, showParts } from './fetch-page.js';

const RENEW_MS = 10_000;

/** Keeps the inbox current while somebody looks at it, and says so. */
export function startInbox(): void {
  sayLive('on', 'Live');
  setInterval(() => {
    if (document.visibilityState === 'visible') void renew();
  }, RENEW_MS);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void renew();
  });
  document.addEventListener('keydown', onKey);
}

async function renew(): Promise<void> {
  const page = await fetchPage();
  if (!page) {
    sayLive('off', 'Not connected; what you see may be old');
    return;
  }
  // The first alert ever turns the instructions into a list.
  if (page.querySelector('.filters') && !document.querySelector('.filters')) showPage(page);
  else showParts(page, ['h1', '#signs', '#incidents']);
  sayLive('on', 'Live');
}

function sayLive(state: 'on' | 'off', text: string): void {
  const place = document.querySelector('#signs .live');
  if (!place) return;
  place.classList.toggle('on', state === 'on');
  place.classList.toggle('off', state === 'off');
  place.textContent = text;
}

/** j and k move, / searches, ? shows the keys; Enter needs no help, the focus is on a link. */
function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector<HTMLInputElement>('#search');
  const typing = event.target instanceof Element && event.target.matches('input, select, textarea');
  if (typing) {
    if (event.key === 'Escape' && event.target === search) search?.blur();
    return;
  }
  if (event.key === 'j' || event.key === 'k') move(event.key === 'j' ? 1 : -1);
  else if (event.key === '/') search?.focus();
  else if (event.key === '?') document.querySelector('#keys')?.toggleAttribute('open');
  else return;
  event.preventDefault();
}

function move(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-incident] a')];
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? links.indexOf(focused) : -1;
  const next = at === -1 ? (by === 1 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by));
  links[next]?.focus();
}
