// When a snoozed thread may come back. Pure, in the local time of whoever chooses.
export type SnoozeName = 'laterToday' | 'tomorrow' | 'nextWeek' | 'inAWeek' | 'inAMonth';

const morning = 9;
function at(now: Date, days: number, hours: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours);
}

/** The choices that make sense at this time of day, soonest first. */
export function snoozeChoices(now: Date): { name: SnoozeName; until: Date }[] {
  const out: { name: SnoozeName; until: Date }[] = [];
  const later = new Date(now.getTime() + 3 * 3_600_000);
  later.setMinutes(0, 0, 0);
  if (later.getDate() === now.getDate() && later.getHours() <= 19) out.push({ name: 'laterToday', until: later });
  out.push({ name: 'tomorrow', until: at(now, 1, morning) });
  const toMonday = (8 - now.getDay()) % 7 || 7;
  if (toMonday > 1) out.push({ name: 'nextWeek', until: at(now, toMonday, morning) });
  out.push({ name: 'inAWeek', until: at(now, 7, morning) });
  const month = new Date(now.getFullYear(), now.getMonth() + 1, 1, morning);
  const last = new Date(month.getFullYear(), month.getMonth() + 1, 0).getDate();
  month.setDate(Math.min(now.getDate(), last));
  out.push({ name: 'inAMonth', until: month });
  return out;
}

/** For <input type="datetime-local">. */
export function localInput(date: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
