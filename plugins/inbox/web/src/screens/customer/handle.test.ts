import { describe, expect, it } from 'vitest';
import { spoken } from './handle';

describe('a handle', () => {
  it('is shown as it is', () => expect(spoken({ handle: 'maya@mail.example', kind: 'email', name: 'Maya' })).toBe('maya@mail.example'));
  it('loses what only the program needs', () => expect(spoken({ handle: 'mastodon:@maya@town.example', kind: 'mastodon', name: '' })).toBe('@maya@town.example'));
  it('gives way to a name where a mail told of somebody', () => {
    expect(spoken({ handle: 'notice:98fdc31601f15f4e70c126b7', kind: 'yelp', name: 'Maya L.' })).toBe('Maya L.');
    expect(spoken({ handle: 'notice:98fdc31601f15f4e70c126b7', kind: 'yelp', name: '' })).toBe('yelp');
  });
});
