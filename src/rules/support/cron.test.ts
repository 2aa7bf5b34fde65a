import { describe, expect, it } from 'vitest';
import { lastDue, parseCron } from './cron.ts';

const at = Date.parse('2026-03-01T12:03:30Z'); // a Sunday
const due = (text: string) => {
  const schedule = parseCron(text);
  return typeof schedule === 'string' ? schedule : lastDue(schedule, at).map((one) => new Date(one).toISOString().slice(0, 16));
};

describe('cron', () => {
  it.each([
    ['*/5 * * * *', ['2026-03-01T12:00', '2026-03-01T11:55']],
    ['30 2 * * *', ['2026-03-01T02:30', '2026-02-28T02:30']],
    ['0 9 * * MON-FRI', ['2026-02-27T09:00', '2026-02-26T09:00']],
    ['0 0 1 * *', ['2026-03-01T00:00', '2026-02-01T00:00']],
    ['0 0 13 * 7', ['2026-03-01T00:00', '2026-02-22T00:00']],
    ['@hourly', ['2026-03-01T12:00', '2026-03-01T11:00']],
    ['TZ=Europe/Paris 0 12 * * *', ['2026-03-01T12:00', '2026-02-28T12:00']],
    ['0 0 30 2 *', []],
  ])('%s was due %o', (text, expected) => expect(due(text)).toEqual(expected));

  it.each([
    ['* * * *', 'it has 4 fields, not 5'],
    ['', 'it has 0 fields, not 5'],
    ['61 * * * *', '"61" is no minute (0 to 59)'],
    ['* * * * foo', '"foo" is no day of week (0 to 7)'],
    ['*/0 * * * *', '"*/0" is no minute (0 to 59)'],
    ['5-1 * * * *', '"5-1" is no minute (0 to 59)'],
  ])('refuses %s', (text, why) => expect(parseCron(text)).toBe(why));
});
