export interface Piece {
  text: string;
  href?: string;
}
/** The text in pieces; http(s) addresses lead where they say. What ends a sentence is not the address's. Pure. */
export function linksIn(text: string): Piece[] {
  const out: Piece[] = [];
  let done = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'`]+/gi)) {
    let whole = found[0].replace(/[.,;:!?…*_~]+$/u, '');
    while (/[)\]}]$/.test(whole) && !balanced(whole)) whole = whole.slice(0, -1).replace(/[.,;:!?]+$/, '');
    try {
      new URL(whole);
    } catch {
      continue;
    }
    if (found.index > done) out.push({ text: text.slice(done, found.index) });
    out.push({ text: whole, href: whole });
    done = found.index + whole.length;
  }
  if (done < text.length) out.push({ text: text.slice(done) });
  return out;
}
const balanced = (text: string) => [['(', ')'], ['[', ']'], ['{', '}']].every(([open, close]) => text.split(open).length >= text.split(close).length);
