import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ThreadRow } from '../../api/types';
import { inverse } from './bulk';
import { ThreadList } from './list.svelte';

afterEach(() => vi.unstubAllGlobals());
const row = (thread: number, more: Partial<ThreadRow> = {}): ThreadRow =>
  ({ thread, customer: null, customer_name: '', status: 'open', awaiting_answer: true, unread: false, owner: null, snooze_until: null, last_at: new Date(thread * 1000).toISOString(), last_message: null, channel: 'email', kind: 'mail', direction: 'in', visibility: 'private', author: 'A', subject: '', preview: '', rating: null, ...more }) as ThreadRow;
const program = (pages: Record<string, unknown>) =>
  vi.stubGlobal('fetch', async (url: string) => {
    const key = Object.keys(pages).find((part) => url.includes(part));
    return new Response(JSON.stringify(key ? pages[key] : {}), { status: key ? 200 : 404 });
  });

describe('what changed for many', () => {
  const were = [
    { thread: 1, owner: null, status: 'open' as const, snooze_until: null },
    { thread: 2, owner: 'ann', status: 'closed' as const, snooze_until: null },
    { thread: 3, owner: 'ann', status: 'snoozed' as const, snooze_until: '2026-01-01T00:00:00Z' },
  ];
  it('goes back to where each was', () => {
    expect(inverse({ action: 'assign', owner: 'bob' }, were)).toEqual([
      { threads: [1], change: { action: 'assign', owner: null } },
      { threads: [2, 3], change: { action: 'assign', owner: 'ann' } },
    ]);
    expect(inverse({ action: 'close' }, were)).toEqual([
      { threads: [1], change: { action: 'reopen' } },
      { threads: [2], change: { action: 'close' } },
      { threads: [3], change: { action: 'snooze', until: '2026-01-01T00:00:00Z' } },
    ]);
    expect(inverse({ action: 'tag', tag: 'x' }, were)).toEqual([{ threads: [1, 2, 3], change: { action: 'untag', tag: 'x' } }]);
  });
});

describe('the list of a view', () => {
  const held = new Set<number>();
  const make = () => new ThreadList('waiting', '', 'ann', (thread) => held.has(thread));

  it('takes a row out when it leaves the view, unless somebody looks at it', async () => {
    program({ '/inbox': { items: [row(3), row(2), row(1)], next: null } });
    const list = make();
    await list.load();
    list.put(row(2, { status: 'closed' }));
    expect(list.rows.map((r) => r.thread)).toEqual([3, 1]);
    held.add(1);
    list.put(row(1, { status: 'closed' }));
    expect(list.rows.map((r) => r.thread)).toEqual([3, 1]);
    expect(list.gone.has(1)).toBe(true);
    held.clear();
    list.sweep();
    expect(list.rows.map((r) => r.thread)).toEqual([3]);
  });
  it('looks a changed thread up and puts it where it belongs', async () => {
    vi.useFakeTimers();
    program({ '/threads/9': { thread: row(9) }, '/inbox': { items: [row(3)], next: null } });
    const list = make();
    await list.load();
    list.hear({ kind: 'thread.changed', thread: 9 });
    list.hear({ kind: 'message.created', thread: 9 });
    await vi.advanceTimersByTimeAsync(400);
    expect(list.rows.map((r) => r.thread)).toEqual([9, 3]);
    vi.useRealTimers();
  });
  it('forgets a thread that went into another', async () => {
    vi.useFakeTimers();
    program({ '/threads/3': { thread: row(8) }, '/inbox': { items: [row(3)], next: null } });
    const list = make();
    await list.load();
    list.hear({ kind: 'thread.changed', thread: 3 });
    await vi.advanceTimersByTimeAsync(400);
    expect(list.rows.map((r) => r.thread)).toEqual([8]);
    vi.useRealTimers();
  });
  it('keeps what it has when a page fails', async () => {
    program({ '/inbox': { items: [row(3)], next: 'c' } });
    const list = make();
    await list.load();
    program({});
    await list.more();
    expect(list.rows).toHaveLength(1);
    expect(list.problem?.status).toBe(404);
  });
});
