/** Rows as CSV (RFC 4180). What a spreadsheet would run as a formula is made plain text by an apostrophe. Pure. */
export function csvOf(rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown) => {
    const text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    const safe = typeof value !== 'number' && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  return rows.map((row) => row.map(cell).join(',') + '\r\n').join('');
}
