const FIELDS = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of week', least: 0, most: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;

const SHORTHANDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** A schedule that was understood: the values each field allows. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly daysOfWeek: ReadonlySet<number>;
  /** Cron's oddity: with both given, either day will do. */
  readonly eitherDay: boolean;
}

/** Reads a schedule as CronJobs take it; a sentence about what is wrong when it cannot be read. @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax */
export function parseCron(text: string): CronSchedule | string {
  const bare = text.trim().replace(/^(?:CRON_)?TZ=\S+\s+/, '');
  const parts = (SHORTHANDS[bare.toLowerCase()] ?? bare).split(/\s+/);
  if (parts.length !== FIELDS.length) return `it has ${parts.length === 1 && parts[0] === '' ? 0 : parts.length} fields, not 5`;
  const sets: Set<number>[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const values = valuesOf(parts[index] ?? '', field);
    if (!values) return `"${(parts[index] ?? '').slice(0, 40)}" is no ${field.name} (${field.least} to ${field.most})`;
    sets.push(values);
  }
  const [minutes, hours, daysOfMonth, months, weekdays] = sets as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const daysOfWeek = new Set([...weekdays].map((day) => day % 7));
  const anyDay = (part: string | undefined) => part === '*' || part === '?' || part?.startsWith('*/') === true;
  return { minutes, hours, daysOfMonth, months, daysOfWeek, eitherDay: !anyDay(parts[2]) && !anyDay(parts[4]) };
}

function valuesOf(text: string, { least, most, ...field }: (typeof FIELDS)[number]): Set<number> | undefined {
  const words: readonly string[] = 'words' in field ? field.words : [];
  const number = (word: string): number => {
    const named = words.indexOf(word.toLowerCase());
    return named >= 0 ? named + least : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const [low = '', high] = range === '*' || range === '?' ? [String(least), String(most)] : range.split('-', 2);
    const from = number(low);
    const to = high === undefined ? (step === undefined ? from : most) : number(high);
    const by = step === undefined ? 1 : Number(step);
    if (!(from >= least && to <= most && from <= to && by > 0)) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

const MINUTE_MS = 60_000;
/** Far enough for monthly schedules; rarer ones are not followed. */
const LONGEST_MINUTES = 70 * 24 * 60;

/** The last two times before `before` (milliseconds since the epoch, read as UTC) at which the schedule was due, newest first. Fewer when they lie further back than 70 days. */
export function lastDue(schedule: CronSchedule, before: number): readonly number[] {
  const due: number[] = [];
  let at = Math.floor(before / MINUTE_MS) * MINUTE_MS;
  for (let step = 0; step < LONGEST_MINUTES && due.length < 2; ) {
    const date = new Date(at);
    // A day that is not due is skipped as a whole.
    const back = isDueDay(schedule, date) ? 1 : date.getUTCHours() * 60 + date.getUTCMinutes() + 1;
    if (back === 1 && schedule.hours.has(date.getUTCHours()) && schedule.minutes.has(date.getUTCMinutes())) due.push(at);
    at -= back * MINUTE_MS;
    step += back;
  }
  return due;
}

function isDueDay({ months, daysOfMonth, daysOfWeek, eitherDay }: CronSchedule, date: Date): boolean {
  const [day, weekday] = [daysOfMonth.has(date.getUTCDate()), daysOfWeek.has(date.getUTCDay())];
  return months.has(date.getUTCMonth() + 1) && (eitherDay ? day || weekday : day && weekday);
}
