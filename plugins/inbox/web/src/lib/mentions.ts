// "@log" at the caret: what is being typed, and the text with the whole login in its place. Pure.
export interface Typing {
  from: number;
  word: string;
}
export function mentionAt(text: string, caret: number): Typing | null {
  const found = /(?:^|[\s(])@([\w.-]*)$/u.exec(text.slice(0, caret));
  return found ? { from: caret - found[1].length - 1, word: found[1] } : null;
}
export function mentioned(text: string, caret: number, typing: Typing, login: string): { text: string; caret: number } {
  const put = '@' + login + ' ';
  return { text: text.slice(0, typing.from) + put + text.slice(caret), caret: typing.from + put.length };
}
/** The note in pieces: mentions of people who are here stand out. */
export function withMentions(text: string, logins: readonly string[]): { text: string; mention: boolean }[] {
  const known = new Set(logins);
  const out: { text: string; mention: boolean }[] = [];
  let done = 0;
  for (const found of text.matchAll(/@([a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9])/gi)) {
    if (!known.has(found[1].toLowerCase())) continue;
    if (found.index > done) out.push({ text: text.slice(done, found.index), mention: false });
    out.push({ text: found[0], mention: true });
    done = found.index + found[0].length;
  }
  if (done < text.length) out.push({ text: text.slice(done), mention: false });
  return out;
}
