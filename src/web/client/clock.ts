import { ago } from './ago.js';

let ahead = 0;

/** Takes the time of the server from the page: a phone's clock may be wrong. */
export function readServerTime(): void {
  const now = Date.parse(document.body.dataset['now'] ?? '');
  if (!Number.isNaN(now)) ahead = now - Date.now();
}

/** Keeps `12 min ago` true for as long as the page is open. */
export function startClock(): void {
  readServerTime();
  setInterval(() => {
    for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
      const at = Date.parse(time.dateTime);
      const text = Number.isNaN(at) ? time.textContent : ago(at, Date.now() + ahead);
      if (time.textContent !== text) time.textContent = text;
    }
  }, 5_000);
}
