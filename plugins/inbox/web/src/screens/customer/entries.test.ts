import { describe, expect, it } from 'vitest';
import type { Event, Message, Update } from '../../api/types';
import { chunksOf, itemsOf, stageOf, type Item } from './entries';

const message = (id: number, at: string, more: Partial<Message> = {}): Message =>
  ({ id, thread: 1, at, channel: 'email', direction: 'in', kind: 'mail', origin: 'personal', visibility: 'private', author: 'Maya', subject: '', preview: '', flags: [], rating: null, ...more }) as Message;
const event = (id: number, at: string, kind: string, detail: unknown = {}): Event => ({ id, at, kind, actor: 'noor', thread: 1, detail });
const kinds = (items: Item[]) => items.map((one) => one.kind).join(' ');

describe('itemsOf', () => {
  it('puts everything in order with a line for every day', () => {
    const items = itemsOf({
      messages: [message(2, '2026-03-02T12:00:00Z'), message(1, '2026-03-01T12:00:00Z')],
      events: [event(1, '2026-03-01T12:05:00Z', 'assigned'), event(2, '2026-03-01T12:06:00Z', 'tagged')],
      notes: [{ thread: 1, note: { id: 1, author: 'noor', at: '2026-03-02T12:01:00Z', text: 'hm' } }],
    });
    expect(kinds(items)).toBe('day message events day message note');
    expect(items[2].kind === 'events' && items[2].events.length).toBe(2);
  });
  it('leaves out what the message shows by itself', () => {
    const items = itemsOf({
      messages: [message(1, '2026-03-01T12:00:00Z')],
      events: [event(1, '2026-03-01T12:00:00Z', 'edited', { message: '1' }), event(2, '2026-03-01T12:00:00Z', 'edited', { message: '99' })],
      notes: [],
    });
    expect(kinds(items)).toBe('day message events');
  });
  it('shows a stranger only what stands in public', () => {
    const items = itemsOf(
      {
        messages: [message(1, '2026-03-01T12:00:00Z'), message(2, '2026-03-01T13:00:00Z', { visibility: 'public' })],
        events: [event(1, '2026-03-01T12:05:00Z', 'assigned')],
        notes: [{ thread: 1, note: { id: 1, author: 'noor', at: '2026-03-02T12:01:00Z', text: 'hm' } }],
      },
      true,
    );
    expect(items.map((one) => one.key)).toEqual([expect.stringMatching(/^d/), 'm2']);
  });
});

describe('chunksOf', () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i): Item => ({ kind: 'message', key: 'm' + (from + i), at: '', message: message(from + i, '') }));
  it('loses nothing and keeps pieces small', () => {
    const chunks = chunksOf(many(1, 500), 20);
    expect(chunks.flatMap((one) => one.items).length).toBe(499);
    expect(Math.max(...chunks.map((one) => one.items.length))).toBeLessThanOrEqual(40);
  });
  it('makes the same pieces of the same messages when older ones come above', () => {
    const keys = (from: number) => chunksOf(many(from, 500), 20).map((one) => one.key);
    expect(keys(1).slice(-20)).toEqual(keys(57).slice(-20));
  });
});

describe('stageOf', () => {
  const update = (state: Update['state'], more: Partial<Update> = {}) => ({ state, recipients: [], answered_by: null, answered_at: null, by_hand: false, moderation: 'none', verify_by: null, ...more }) as unknown as Update;
  it('says what became of it', () => {
    expect(stageOf(update('scheduled'))).toBe('waiting');
    expect(stageOf(update('held', { by_hand: true }))).toBe('hand');
    expect(stageOf(update('held'))).toBe('held');
    expect(stageOf(update('sent'))).toBe('sent');
    expect(stageOf(update('sent', { answered_by: 4 }))).toBe('answered');
    expect(stageOf(update('sent', { recipients: [{ address: 'a', state: 'bounced', code: 550, text: null }] }))).toBe('bounced');
    expect(stageOf(update('sent', { moderation: 'pending' }))).toBe('moderated');
    expect(stageOf(update('uncertain'))).toBe('uncertain');
  });
});
