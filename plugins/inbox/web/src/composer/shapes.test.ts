import { describe, expect, it } from 'vitest';
import type { Answer } from '../api/types';
import { judge, mostBytes, type OutFile } from './files';
import { bodyOf, readyOf } from './shapes';

const mail: Answer = {
  update: null,
  message: null,
  thread: 1,
  to: [{ name: 'Maya', handle: 'maya@x.example' }],
  subject: 'Re: x',
  text: 'hi',
  message_id: null,
  leaves_at: '2026-01-01T00:00:00Z',
  account: 'support',
  channel: 'email',
  visibility: 'private',
  grade: 'api',
  link: null,
  length: { count: 2, limit: null, unit: 'bytes' },
  slot: { per_item: null, taken: 0, overwrites: null },
  window: { state: 'always', closes_at: null },
};

describe('readyOf', () => {
  it('reads a mail, which has no limit, no slot and no findings', () => {
    const ready = readyOf(mail);
    expect(ready.to).toEqual(['Maya <maya@x.example>']);
    expect(ready).toMatchObject({ grade: 'api', link: '', limit: { limit: 0 }, slot: { perItem: 0, overwrites: null }, findings: [] });
  });
  it('reads what channels say that are no mail', () => {
    const ready = readyOf({
      ...mail,
      grade: 'prepared',
      link: 'https://x.example/r/1',
      length: { count: 2, limit: 500, unit: 'graphemes' },
      slot: { per_item: 1, taken: 1, overwrites: { message: 4, external_id: null, text: 'Thanks', at: '2026-01-01T00:00:00Z' } },
      findings: [{ rule: 'too_long', weight: 'stops', text: 'Too long.', hint: 'Short', excerpt: '' }],
    });
    expect(ready).toMatchObject({ link: 'https://x.example/r/1', limit: { limit: 500, unit: 'graphemes' }, slot: { perItem: 1, overwrites: { text: 'Thanks' } } });
    expect(ready.findings[0].weight).toBe('stops');
  });
});

describe('bodyOf', () => {
  it('says only what differs from what the program does by itself', () => {
    expect(bodyOf({ text: 'hi', seen: 3 })).toEqual({ text: 'hi', seen_version: 3 });
    expect(bodyOf({ text: '', step: 'apology', values: { a: 'b' } })).toEqual({ step: 'apology', values: { a: 'b' } });
    expect(bodyOf({ text: 'x', quote: false, confirmed: true, account: 'support', recipient: 4 })).toEqual({ text: 'x', quote: false, confirmed: true, account: 'support', recipient: 4 });
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
