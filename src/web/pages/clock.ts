/** `2026-01-05 03:12:08 UTC`. */
export function absolute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `03:12` on the day of `now`, `4 Jan 19:12` on another, `2025-01-04 19:12` in another year. All UTC. */
export function shortTime(at: number, now: number): string {
  const [moment, today] = [new Date(at), new Date(now)];
  const time = moment.toISOString().slice(-13, -8);
  if (moment.getUTCFullYear() !== today.getUTCFullYear()) return `${moment.toISOString().slice(0, -14)} ${time}`;
  const sameDay = moment.getUTCMonth() === today.getUTCMonth() && moment.getUTCDate() === today.getUTCDate();
  return sameDay ? time : `${dayName(at)} ${time}`;
}

/** `4 Jan`, in UTC. */
export function dayName(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
