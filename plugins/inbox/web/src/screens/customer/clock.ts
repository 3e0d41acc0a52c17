const formats = new Map<string, Intl.DateTimeFormat>();
/** 14:05; the day stands over it. */
export function clockTime(iso: string, language: string): string {
  let format = formats.get(language);
  if (!format) formats.set(language, (format = new Intl.DateTimeFormat(language, { timeStyle: 'short' })));
  return format.format(new Date(iso));
}
