import { describe, expect, it } from 'vitest';
import { linksIn } from './linked';

describe('linksIn', () => {
  it('finds addresses and leaves the sentence its end', () => {
    expect(linksIn('see https://a.example/x?q=1. Or (http://b.example/(y)).')).toEqual([
      { text: 'see ' },
      { text: 'https://a.example/x?q=1', href: 'https://a.example/x?q=1' },
      { text: '. Or (' },
      { text: 'http://b.example/(y)', href: 'http://b.example/(y)' },
      { text: ').' },
    ]);
  });
  it('makes no link of anything else', () => {
    for (const text of ['javascript:canary()', 'data:text/html,x', 'https://', '<a href=x>']) expect(linksIn(text)).toEqual([{ text }]);
  });
});
