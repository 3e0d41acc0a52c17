import { describe, expect, it } from 'vitest';
import { fits } from './router.svelte';
import { read, write } from './screens/search/asked';

describe('an address', () => {
  it('fits the route that names it', () => {
    expect(fits('/inbox/:view/:thread', '/inbox/mine/42')).toEqual({ view: 'mine', thread: '42' });
    expect(fits('/inbox', '/inbox/')).toEqual({});
    expect(fits('/inbox', '/inbox/mine')).toBeNull();
    expect(fits('/settings/*', '/settings/accounts/new')).toEqual({ rest: 'accounts/new' });
    expect(fits('/customers/:id', '/customers/a%20b')).toEqual({ id: 'a b' });
    expect(fits('/customers/:id', '/customers/%E0%A4%A')).toBeNull();
  });
});

describe('a search', () => {
  it('is its address, and odd addresses ask for nothing odd', () => {
    const asked = read(new URLSearchParams('q=cold+coffee&kind=review&rating_to=2&from=2026-01-02'));
    expect(read(new URLSearchParams(write(asked).split('?')[1]))).toEqual(asked);
    expect(read(new URLSearchParams('kind=spoon&rating_from=9&from=yesterday&order=up'))).toEqual({});
  });
});
