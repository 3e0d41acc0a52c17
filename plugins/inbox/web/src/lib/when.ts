// Times as people say them, in the language of the page. Pure: `now` comes in.
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + ' ' + name;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(language, options)));
  return found;
}

/** For a list: 14:05 today, "Mon 14:05" this week, "3 Mar" this year, "3 Mar 2024" before. */
export function shortTime(iso: string, now: number, language: string): string {
  const at = new Date(iso);
  const today = new Date(now);
  if (sameDay(at, today)) return format(language, 'time', { hour: '2-digit', minute: '2-digit' }).format(at);
  if (now - at.getTime() < 6 * day && at.getTime() < now) return format(language, 'weekday', { weekday: 'short' }).format(at);
  if (at.getFullYear() === today.getFullYear()) return format(language, 'day', { day: 'numeric', month: 'short' }).format(at);
  return format(language, 'year', { day: 'numeric', month: 'short', year: 'numeric' }).format(at);
}

/** Whole: "Monday, 3 March 2025 at 14:05". For titles and screen readers. */
export function fullTime(iso: string, language: string): string {
  return format(language, 'full', { dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
}

/** The day as a heading: "Today", "Yesterday", "Monday, 3 March". */
export function dayName(iso: string, now: number, language: string): string {
  const at = new Date(iso);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const first = (s: string) => s.charAt(0).toLocaleUpperCase(language) + s.slice(1);
  if (sameDay(at, new Date(now))) return first(relative.format(0, 'day'));
  if (sameDay(at, new Date(now - day))) return first(relative.format(-1, 'day'));
  const year = at.getFullYear() === new Date(now).getFullYear() ? undefined : ('numeric' as const);
  return format(language, 'dayname' + (year ?? ''), { weekday: 'long', day: 'numeric', month: 'long', year }).format(at);
}

const units = new Map<string, Intl.NumberFormat>();
/** A length of time in its largest unit: "12m", "3h", "4d" in English. */
export function span(ms: number, language: string): string {
  const [value, unit] = ms < hour ? [ms / minute, 'minute'] : ms < 2 * day ? [ms / hour, 'hour'] : [ms / day, 'day'];
  const key = language + ' ' + unit;
  let found = units.get(key);
  if (!found) units.set(key, (found = new Intl.NumberFormat(language, { style: 'unit', unit: unit as string, unitDisplay: 'narrow', maximumFractionDigits: 0 })));
  return found.format(Math.max(0, Math.floor(value as number)));
}
