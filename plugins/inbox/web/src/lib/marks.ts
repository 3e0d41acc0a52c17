// The API says where words stand in bytes of UTF-8; a page counts in UTF-16.
export interface Mark {
  from: number;
  to: number;
}
export interface Piece {
  text: string;
  marked: boolean;
}

/** The text in pieces, marked and not. Marks that overlap, run backwards or fall inside a character do no harm. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  // Never inside a character: a byte 10xxxxxx belongs to the one before.
  const whole = (at: number) => {
    let i = Math.max(0, Math.min(bytes.length, at));
    while (i < bytes.length && (bytes[i] & 0xc0) === 0x80) i++;
    return i;
  };
  const out: Piece[] = [];
  let done = 0;
  const add = (to: number, marked: boolean) => {
    if (to > done) out.push({ text: decoder.decode(bytes.subarray(done, to)), marked });
    done = Math.max(done, to);
  };
  for (const mark of [...marks].sort((a, b) => a.from - b.from)) {
    add(whole(mark.from), false);
    add(whole(mark.to), true);
  }
  add(bytes.length, false);
  return out;
}
