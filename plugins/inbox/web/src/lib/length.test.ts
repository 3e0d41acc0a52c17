import { describe, expect, it } from 'vitest';
import { lengthOf, shortened, tooLong, type LengthUnit } from './length';

const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
const flag = '\u{1F1E9}\u{1F1EA}';
const units: LengthUnit[] = ['bytes', 'code_points', 'graphemes', 'utf16', 'weighted'];

describe('length', () => {
  // The same rows as core/channel/length_test.cc.
  const rows: [string, number, number, number, number, number][] = [
    ['', 0, 0, 0, 0, 0],
    ['hello', 5, 5, 5, 5, 5],
    ['e\u0301', 3, 2, 1, 2, 2],
    ['Zoë', 4, 3, 3, 3, 3],
    [family, 18, 5, 1, 8, 2],
    [flag, 8, 2, 1, 4, 2],
    ['日本', 6, 2, 2, 2, 4],
    ['1\uFE0F\u20E3', 7, 3, 1, 3, 2],
    ['©', 2, 1, 1, 1, 1],
    ['\u2019', 3, 1, 1, 1, 1],
    ['€', 3, 1, 1, 1, 2],
    ['a\r\nb', 4, 4, 3, 4, 4],
  ];
  it.each(rows)('of %j is counted in every unit', (text, ...want) => {
    expect(units.map((unit) => lengthOf(text, unit))).toEqual(want);
  });

  it('weighs a link 23, however long it is', () => {
    const weight = (text: string) => lengthOf(text, 'weighted');
    expect(weight('https://example.com/' + 'a'.repeat(300))).toBe(23);
    expect(weight('see http://a.example, please')).toBe(4 + 23 + 8);
    expect(weight('(https://a.example/x).')).toBe(1 + 23 + 2);
    expect(weight('http://')).toBe(7);
    expect(weight('https://a.example https://b.example')).toBe(47);
  });

  it('has no limit where there is none', () => {
    expect(tooLong('x'.repeat(100_000), { limit: 0, unit: 'bytes' })).toBe(false);
    expect(tooLong('日本', { limit: 5, unit: 'bytes' })).toBe(true);
  });
});

describe('shortened', () => {
  it('ends at a sentence, else a word, else a cluster', () => {
    const limit = { limit: 30, unit: 'code_points' as const };
    expect(shortened('We are very sorry for this. The parcel was sent on Monday.', limit)).toBe('We are very sorry for this.');
    expect(shortened('The parcel that you ordered was sent on Monday', limit)).toBe('The parcel that you ordered…');
    expect(shortened('x'.repeat(50), limit)).toBe('x'.repeat(30));
    expect(shortened(family.repeat(5), { limit: 3, unit: 'graphemes' })).toBe(family + family + '…');
    expect(shortened('All about it: https://shop.example/a/long/path', { limit: 40, unit: 'code_points' })).toBe('All about it:…');
    expect(shortened(family, { limit: 17, unit: 'bytes' })).toBe('');
  });

  it('fits in every unit and is a beginning of the text', () => {
    const text = `Dear Zoë, thank you 💚 for 5 stars! See https://shop.example/path?x=1 or 日本語. Bye ${flag}${family}`;
    for (const unit of units) {
      for (let limit = 1; limit < 130; limit++) {
        const draft = shortened(text, { limit, unit });
        expect(lengthOf(draft, unit)).toBeLessThanOrEqual(limit);
        expect(text.startsWith(draft.endsWith('…') ? draft.slice(0, -1) : draft)).toBe(true);
      }
    }
  });
});
