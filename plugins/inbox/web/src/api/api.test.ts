import { afterEach, describe, expect, it, vi } from 'vitest';
import { addressOf, askAhead, call, callWhole, dropAhead, Problem, workIn } from './client';
import { EventReader, pauseBefore } from './live';
import { Pages } from './pages.svelte';

afterEach(() => vi.unstubAllGlobals());
const answers = (body: unknown, status = 200, headers: Record<string, string> = {}) => {
  const fake = vi.fn(async (_url: string, _init?: RequestInit) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers }));
  vi.stubGlobal('fetch', fake);
  return fake;
};

describe('the event stream', () => {
  it('reads events whatever pieces they come in', () => {
    const whole = ': hello\nretry: 2000\n\nid: 7\nevent: thread.changed\ndata: {"a":1}\n\nevent: presence\ndata: {\r\ndata: }\r\n\r\n';
    for (const size of [1, 2, 3, 7, 1000]) {
      const reader = new EventReader();
      const seen: [string, string][] = [];
      for (let i = 0; i < whole.length; i += size) reader.take(whole.slice(i, i + size), (kind, data) => seen.push([kind, data]));
      expect(seen).toEqual([
        ['thread.changed', '{"a":1}'],
        ['presence', '{\n}'],
      ]);
      expect(reader.lastId).toBe('7');
    }
  });
  it('waits longer after each try, up to half a minute', () => {
    expect(pauseBefore(1, 1)).toBe(2);
    expect(pauseBefore(20, 1)).toBe(30);
    expect(pauseBefore(3, 0)).toBe(4);
  });
});

describe('a call', () => {
  it('fills in the brand, the path and the query, and escapes them', () => {
    workIn('a/b');
    expect(addressOf('read_thread', { thread: 5 }, { words: 0 })).toBe('/api/v1/brands/a%2Fb/threads/5?words=0');
    expect(addressOf('list_inbox', {}, { tag: undefined, view: 'mine' })).toBe('/api/v1/brands/a%2Fb/inbox?view=mine');
    workIn('acme');
  });
  it('bears a key when it makes something and the ETag it goes by', async () => {
    const fake = answers({ changed: true });
    await call('add_note', { path: { thread: 1 }, body: { text: 'x' } });
    const headers = fake.mock.calls[0][1]?.headers as Record<string, string>;
    expect(headers['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/);
    await call('save_draft', { path: { thread: 1 }, body: { text: 'x', thread_version: 1 }, match: '"e"' });
    expect((fake.mock.calls[1][1]?.headers as Record<string, string>)['If-Match']).toBe('"e"');
  });
  it('says what is wrong in the program’s own words', async () => {
    answers({ type: 'urn:amends:problem:changed', detail: 'It moved.', hint: 'Look again.', errors: [], thread: 4 }, 412);
    const problem = await call('read_me').catch((e) => e as Problem);
    expect(problem).toBeInstanceOf(Problem);
    expect([(problem as Problem).kind, (problem as Problem).words, (problem as Problem).more.thread]).toEqual(['changed', 'It moved. Look again.', 4]);
  });
  it('tells a lost connection from a refusal', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    expect(((await call('read_me').catch((e) => e)) as Problem).kind).toBe('offline');
  });
  it('gives the ETag beside the answer, and nothing for nothing', async () => {
    answers({ id: 1 }, 200, { ETag: '"x"' });
    expect((await callWhole('read_me')).etag).toBe('"x"');
    answers(undefined, 204);
    expect(await call('sign_out')).toBeUndefined();
  });
});

describe('what is asked for ahead', () => {
  const one = { path: { thread: 7 }, query: { words: 0 } } as const;
  it('answers the same question once', async () => {
    workIn('acme');
    const fake = answers({ thread: { thread: 7 } });
    askAhead('read_thread', one, [7]);
    askAhead('read_thread', one, [7]);
    expect(fake).toHaveBeenCalledTimes(1);
    await call('read_thread', { path: { thread: 7 }, query: { words: 30 } });
    await call('read_thread', one);
    expect(fake).toHaveBeenCalledTimes(2);
    await call('read_thread', one);
    expect(fake).toHaveBeenCalledTimes(3);
  });
  it('is dropped when it is no longer true, and asked anew when it failed', async () => {
    const fake = answers({});
    askAhead('read_thread', one, [7]);
    dropAhead((about) => about.includes(8));
    dropAhead((about) => about.includes(7));
    await call('read_thread', one);
    expect(fake).toHaveBeenCalledTimes(2);
    answers({ type: 'urn:amends:problem:unavailable' }, 503);
    askAhead('read_thread', one, [7]);
    await Promise.resolve();
    const now = answers({ version: 3 });
    expect(await call('read_thread', one)).toEqual({ version: 3 });
    expect(now).toHaveBeenCalledTimes(1);
  });
});

describe('pages', () => {
  it('grow along the cursor and stop at its end', async () => {
    const pages = new Pages<number>(async (cursor) => (cursor ? { items: [3], next: null } : { items: [1, 2], next: 'c' }));
    await pages.reload();
    await pages.more();
    await pages.more();
    expect(pages.items).toEqual([1, 2, 3]);
  });
  it('keep what is shown when a page fails', async () => {
    let fails = false;
    const pages = new Pages<number>(async () => {
      if (fails) throw new Problem(503, 'unavailable', 'no', '');
      return { items: [1], next: 'c' };
    });
    await pages.reload();
    fails = true;
    await pages.more();
    expect(pages.items).toEqual([1]);
    expect(pages.problem?.kind).toBe('unavailable');
  });
});
