// The names that a wording's text puts in, and how a name is put into it. Pure.
const named = /\{\{\{?\s*[#^/&]?\s*([a-z0-9_]+)\s*\}?\}\}/g;

/** Each once, in the order they stand. */
export function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(named)].map((found) => found[1]))];
}
/** `{{name}}` where the caret is; what was chosen goes. */
export function withName(text: string, name: string, from: number, to: number): { text: string; caret: number } {
  const put = `{{${name}}}`;
  return { text: text.slice(0, from) + put + text.slice(to), caret: from + put.length };
}
