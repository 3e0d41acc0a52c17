// How long a text is by a channel's own counting, and how it is made to fit: the same rules as the program's own
// (core/channel/length.h), so that the meter and the refusal agree. Pure.
export type LengthUnit = 'bytes' | 'code_points' | 'graphemes' | 'utf16' | 'weighted';
export interface Limit {
  /** 0: none */
  limit: number;
  unit: LengthUnit;
}

const encoder = new TextEncoder();
const clusters = new Intl.Segmenter('und', { granularity: 'grapheme' });
const words = new Intl.Segmenter('und', { granularity: 'word' });
const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });
const linkWeight = 23;
const emojiWeight = 2;
const emojiStyle = /\p{Emoji_Presentation}|\uFE0F/u;

function weightOf(cluster: string): number {
  if (emojiStyle.test(cluster)) return emojiWeight;
  let sum = 0;
  for (const letter of cluster) {
    const c = letter.codePointAt(0)!;
    const light = c <= 0x10ff || (c >= 0x2000 && c <= 0x200d) || (c >= 0x2010 && c <= 0x201f) || (c >= 0x2032 && c <= 0x2037);
    sum += light ? 1 : 2;
  }
  return sum;
}

/** Letters of the link that begins here, 0 for none; what ends a sentence is not the link's. */
function linkAt(text: string, from: number): number {
  const begun = /^https?:\/\/[^\s<>"]*/i.exec(text.slice(from, from + 4096));
  if (!begun) return 0;
  const whole = begun[0].replace(/[.,;:!?')\]}]+$/, '');
  return whole.length > whole.indexOf('//') + 2 && whole.includes('//') ? whole.length : 0;
}

function weighted(text: string): number {
  let sum = 0;
  let from = 0;
  for (const { segment, index } of clusters.segment(text)) {
    const end = index + segment.length;
    if (end <= from) continue;
    const link = text[from] === 'h' || text[from] === 'H' ? linkAt(text, from) : 0;
    if (link > 0) {
      sum += linkWeight;
      from += link;
    }
    if (end > from) {
      sum += weightOf(text.slice(from, end));
      from = end;
    }
  }
  return sum;
}

export function lengthOf(text: string, unit: LengthUnit): number {
  switch (unit) {
    case 'bytes':
      return encoder.encode(text).length;
    case 'utf16':
      return text.length;
    case 'graphemes': {
      let count = 0;
      for (const _ of clusters.segment(text)) count++;
      return count;
    }
    case 'weighted':
      return weighted(text);
    default: {
      let count = 0;
      for (const _ of text) count++;
      return count;
    }
  }
}

export const tooLong = (text: string, limit: Limit): boolean => limit.limit > 0 && lengthOf(text, limit.unit) > limit.limit;

const ends = (segmenter: Intl.Segmenter, text: string) => Array.from(segmenter.segment(text), (s) => s.index + s.segment.length);
/** The last break that is no further than `end`; 0 when there is none. */
function lastWithin(all: number[], end: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle] <= end) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : all[low - 1];
}
/** A link is kept whole or left out: half of one leads elsewhere. One that begins the text is cut all the same. */
function outsideLinks(text: string, end: number): number {
  for (const found of text.matchAll(/https?:\/\//gi)) {
    if (found.index >= end) break;
    if (found.index > 0 && found.index + linkAt(text, found.index) > end) return found.index;
  }
  return end;
}

/** The text at the end of a sentence, else of a word with "…", else of a cluster, so that it fits. Offered, never sent by itself. */
export function shortened(text: string, limit: Limit): string {
  const fits = (s: string) => lengthOf(s, limit.unit) <= limit.limit;
  if (limit.limit <= 0 || fits(text)) return text;
  const breaks = ends(clusters, text);
  let low = 0;
  let high = breaks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(text.slice(0, breaks[middle]))) low = middle + 1;
    else high = middle;
  }
  let most = outsideLinks(text, low === 0 ? 0 : breaks[low - 1]);
  while (most > 0 && !fits(text.slice(0, most))) most = lastWithin(breaks, most - 1);

  const whole = text.slice(0, lastWithin(ends(sentences, text), most)).trimEnd();
  if (whole && whole.length * 2 >= most && fits(whole)) return whole;
  const wordEnds = ends(words, text);
  for (let end = lastWithin(wordEnds, most); end > 0; end = lastWithin(wordEnds, end - 1)) {
    const kept = text.slice(0, end).trimEnd();
    if (!kept || kept.length * 2 < most) break;
    if (fits(kept + '…')) return kept + '…';
  }
  return text.slice(0, most);
}
