import { describe, expect, it } from 'vitest';
import { changed, wordDiff, type Change } from './diff';

const before = (changes: Change[]) => changes.filter((c) => c.kind !== 'in').map((c) => c.text).join('');
const after = (changes: Change[]) => changes.filter((c) => c.kind !== 'out').map((c) => c.text).join('');

describe('wordDiff', () => {
  it('shows the words that went and those that came', () => {
    expect(wordDiff('The coffee was cold.', 'The coffee was warm.')).toEqual([
      { kind: 'same', text: 'The coffee was ' },
      { kind: 'out', text: 'cold' },
      { kind: 'in', text: 'warm' },
      { kind: 'same', text: '.' },
    ]);
  });
  it('of the same text shows nothing', () => {
    expect(changed(wordDiff('same words', 'same words'))).toBe(false);
    expect(wordDiff('', '')).toEqual([]);
  });
  it('takes neighbouring words as one change', () => {
    expect(wordDiff('I will not come back', 'I may come back')).toEqual([
      { kind: 'same', text: 'I ' },
      { kind: 'out', text: 'will not' },
      { kind: 'in', text: 'may' },
      { kind: 'same', text: ' come back' },
    ]);
  });
  it('of any two texts holds both, whole', () => {
    const word = (n: number) => ['red', 'blue', '日本', 'a\n', '👨‍👩‍👧', ' ', 'x'][n % 7];
    let seed = 7;
    const next = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff);
    for (let turn = 0; turn < 200; turn++) {
      const one = Array.from({ length: next() % 30 }, () => word(next())).join(' ');
      const two = Array.from({ length: next() % 30 }, () => word(next())).join(' ');
      const changes = wordDiff(one, two);
      expect(before(changes).replace(/\s/g, '')).toBe(one.replace(/\s/g, ''));
      expect(after(changes).replace(/\s/g, '')).toBe(two.replace(/\s/g, ''));
      expect(before(changes)).toBe(one);
      expect(after(changes)).toBe(two);
    }
  });
  it('of long texts with nothing in common ends soon', () => {
    const long = (seed: string) => Array.from({ length: 20_000 }, (_, i) => seed + i).join(' ');
    const started = performance.now();
    const changes = wordDiff(long('a'), long('b'));
    expect(performance.now() - started).toBeLessThan(2000);
    expect(before(changes)).toBe(long('a'));
  });
});
