import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workIn } from '../api/client';
import { Writing } from './writing.svelte';

type Asked = { method: string; path: string; body: Record<string, unknown> | null; key: string | null };
let asked: Asked[] = [];
let answers: Record<string, () => Response> = {};
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { ETag: '"1"' } });
const answer = { update: 7, message: 8, thread: 1, to: [], cc: [], subject: 'Re: x', text: 'hi', message_id: null, leaves_at: new Date(Date.now() + 10_000).toISOString(), account: 'support', channel: 'email', visibility: 'private', grade: 'api', link: null, length: { count: 2, limit: null, unit: 'bytes' }, slot: { per_item: null, taken: 0, overwrites: null }, window: { state: 'always', closes_at: null } };
const sends = () => asked.filter((one) => one.method === 'POST' && one.path.endsWith('/answers'));

beforeEach(() => {
  asked = [];
  answers = {
    'POST /answers': () => json(201, answer),
    'POST /answers/preview': () => json(200, { ...answer, update: null }),
    'PUT /draft': () => json(200, { text: '', thread_version: 1, saved_at: '' }),
    'DELETE /draft': () => new Response(null, { status: 204 }),
    'GET /draft': () => json(404, { type: 'urn:amends:problem:not_found' }),
  };
  workIn('acme');
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const method = init?.method ?? 'GET';
    asked.push({ method, path, body: init?.body ? JSON.parse(String(init.body)) : null, key: (init?.headers as Record<string, string>)['Idempotency-Key'] ?? null });
    const found = Object.entries(answers).find(([name]) => name === method + ' ' + path.replace(/^.*?\/threads\/1/, ''));
    if (!found) throw new TypeError('nobody answers ' + method + ' ' + path);
    return found[1]();
  });
});
afterEach(() => void vi.unstubAllGlobals());

describe('Writing', () => {
  const written = (text: string) => {
    const one = new Writing(1, 4, 'private', true);
    one.put(text);
    return one;
  };
  it('sends with the version its author saw, and is empty afterwards', async () => {
    const one = written('Hello Maya');
    expect((await one.send()).kind).toBe('sent');
    expect(sends()[0].body).toMatchObject({ text: 'Hello Maya', seen_version: 4 });
    expect(one.text).toBe('');
    one.close();
  });
  it('keeps the words and shows what is new when the thread moved', async () => {
    answers['POST /answers'] = () => json(409, { type: 'urn:amends:problem:conflict', detail: 'It moved.', version: 6, new_messages: [{ id: 9, author: 'Maya', preview: 'And now?' }] });
    const one = written('Hello Maya');
    expect((await one.send()).kind).toBe('stale');
    expect(one.stale).toMatchObject({ version: 6, messages: [{ id: 9 }] });
    expect(one.text).toBe('Hello Maya');
    one.catchUp(6);
    answers['POST /answers'] = () => json(201, answer);
    await one.send();
    expect(sends()[1].body).toMatchObject({ seen_version: 6 });
    one.close();
  });
  it('tries the same words under the same key, and other words under another', async () => {
    answers['POST /answers'] = () => {
      throw new TypeError('offline');
    };
    const one = written('Hello Maya');
    expect(await one.send()).toMatchObject({ kind: 'refused', problem: { status: 0 } });
    await one.send();
    one.put('Hello Maya!');
    await one.send();
    const keys = sends().map((s) => s.key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
    expect(one.text).toBe('Hello Maya!');
    one.close();
  });
  it('sends nothing that is empty or too long', async () => {
    const one = written('   ');
    expect((await one.send()).kind).toBe('nothing');
    answers['POST /answers/preview'] = () => json(200, { ...answer, length: { count: 0, limit: 5, unit: 'graphemes' } });
    one.put('Hello Maya');
    await vi.waitFor(() => expect(one.tooLong).toBe(true), { timeout: 3000 });
    expect(one.shorter.length).toBeLessThanOrEqual(5);
    expect((await one.send()).kind).toBe('nothing');
    expect(sends().length).toBe(0);
    one.close();
  });
  it('is sent once while it is being sent', async () => {
    const one = written('Hello Maya');
    const both = await Promise.all([one.send(), one.send()]);
    expect(both.map((o) => o.kind).sort()).toEqual(['nothing', 'sent']);
    one.close();
  });
});
