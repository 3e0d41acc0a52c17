import { describe, expect, it } from 'vitest';
import { namesIn, withName } from './mustache';

describe('the names in a wording', () => {
  it('are found once each, whatever stands before them', () => {
    expect(namesIn('Dear {{customer}}, {{#promise}}by {{ promise }}{{/promise}}{{^promise}}soon{{/promise}} {{{link}}} {{& sign_off}} {customer}')).toEqual(['customer', 'promise', 'link', 'sign_off']);
    expect(namesIn('')).toEqual([]);
  });
  it('are put in where the caret is', () => {
    expect(withName('Dear X, hello', 'customer', 5, 6)).toEqual({ text: 'Dear {{customer}}, hello', caret: 17 });
  });
});
