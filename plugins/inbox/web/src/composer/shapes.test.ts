import { describe, expect, it } from 'vitest';
import type { Answer, Update } from '../api/types';
import { judge, mostBytes, type OutFile } from './files';
import { bodyOf, postedOf, readyOf } from './shapes';

const mail = { update: null, message: null, thread: 1, to: [{ name: 'Maya', handle: 'maya@x.example' }], cc: [], subject: 'Re: x', text: 'hi', message_id: null, leaves_at: '2026-01-01T00:00:00Z' } as unknown as Answer;

describe('readyOf', () => {
  it('takes what is not said as with mail', () => {
    const ready = readyOf(mail);
    expect(ready.to).toEqual(['Maya <maya@x.example>']);
    expect(ready).toMatchObject({ grade: 'api', limit: { limit: 0 }, window: { state: 'always' }, findings: [], visibility: null });
    expect(ready.slot.overwrites).toBeNull();
  });
  it('reads what channels say that are no mail', () => {
    const ready = readyOf({
      ...mail,
      visibility: 'public',
      grade: 'prepared',
      link: 'https://x.example/r/1',
      length: { count: 2, limit: 500, unit: 'graphemes' },
      slot: { per_item: 1, taken: 1, overwrites: { message: 4, text: 'Thanks', at: '2026-01-01T00:00:00Z', on_its_way: false } },
      window: { state: 'person', closes_at: '2026-01-02T00:00:00Z' },
      findings: [{ rule: 'too_long', weight: 'stops', text: 'Too long.', hint: 'Short', excerpt: '' }, 'odd'],
    } as unknown as Answer);
    expect(ready).toMatchObject({ visibility: 'public', grade: 'prepared', limit: { limit: 500, unit: 'graphemes' }, slot: { perItem: 1, overwrites: { text: 'Thanks' } }, window: { state: 'person' } });
    expect(ready.findings[0].weight).toBe('stops');
  });
  it('makes nothing of what it does not know', () => {
    expect(readyOf({ ...mail, grade: 'telepathy', length: 7, slot: null, findings: {} } as unknown as Answer)).toMatchObject({ grade: 'api', limit: { limit: 0 }, findings: [] });
  });
});

describe('bodyOf', () => {
  it('says only what differs from what the program does by itself', () => {
    expect(bodyOf({ text: 'hi', seen: 3 })).toEqual({ text: 'hi', seen_version: 3 });
    expect(bodyOf({ text: '', step: 'apology', values: { a: 'b' } })).toEqual({ step: 'apology', values: { a: 'b' } });
    expect(bodyOf({ text: 'x', quote: false, confirmed: true, account: 'support', recipient: 4 })).toEqual({ text: 'x', quote: false, confirmed: true, account: 'support', recipient: 4 });
  });
});

describe('postedOf', () => {
  it('reads it flat or apart', () => {
    expect(postedOf({ by_hand: true } as unknown as Update).byHand).toBe(true);
    expect(postedOf({ post: { moderation: 'pending' } } as unknown as Update).moderation).toBe('pending');
    expect(postedOf({} as Update)).toMatchObject({ byHand: false, moderation: 'none', verifyBy: null });
  });
});

describe('files', () => {
  const file = (size: number) => ({ name: 'f' + size, size }) as File;
  it('are judged before they are read', () => {
    expect(judge([file(mostBytes), file(1)], []).tooLarge).toEqual(['f1']);
    const many = Array.from({ length: 49 }, () => ({ size: 1 }) as OutFile);
    expect(judge([file(1), file(1)], many)).toMatchObject({ tooMany: 1 });
  });
});
