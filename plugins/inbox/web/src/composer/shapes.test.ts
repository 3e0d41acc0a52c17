import { describe, expect, it } from 'vitest';
import type { Answer } from '../api/types';
import { altRoom, judge, misfit, mostBytes, refusalWords, type OutFile } from './files';
import en from './words/en';
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
    expect(judge([file(mostBytes), file(1)], []).refused).toEqual([{ why: 'sum', name: 'f1', most: mostBytes }]);
    const many = Array.from({ length: 49 }, () => ({ size: 1 }) as OutFile);
    const judged = judge([file(1), file(1), file(1)], many);
    expect([judged.fit.length, judged.refused]).toEqual([1, [{ why: 'many', most: 50 }]]);
  });
  const rule = (kind: string, types: string[], count: number, bytes: number, alt = 0) => ({ kind, types, count, bytes, alt, text: 0 });
  const takes = [rule('pictures', ['image/jpeg', 'image/png'], 2, 1000), rule('video', ['video/*'], 1, 5000)];
  const of = (name: string, type: string, size = 10) => ({ name, type, size }) as File;
  const why = (files: File[]) => judge(files, [], takes).refused.map((one) => one.why);
  it('are held to what the channel takes', () => {
    expect(why([of('a.png', 'image/png'), of('b.jpg', 'image/JPEG')])).toEqual([]);
    expect(why([of('a.pdf', 'application/pdf')])).toEqual(['type']);
    expect(why([of('strange', '')])).toEqual(['type']);
    expect(why([of('a.png', 'image/png', 1001)])).toEqual(['large']);
    expect(why([of('a.png', 'image/png', 0)])).toEqual(['empty']);
    expect(why([of('a.png', 'image/png'), of('b.mp4', 'video/mp4')])).toEqual(['mixed']);
    expect(why([1, 2, 3, 4].map((i) => of(i + '.png', 'image/png')))).toEqual(['many']);
    expect(judge([of('a.txt', 'text/plain'), of('b.txt', 'text/plain')], [], null).refused).toEqual([{ why: 'none' }]);
  });
  it('are judged again where the answer goes another way', () => {
    const there = [of('a.png', 'image/png'), of('b.png', 'image/png')] as unknown as OutFile[];
    expect(misfit(there, takes)).toBeNull();
    expect(misfit(there, [rule('picture', ['image/png'], 1, 0)])).toEqual({ why: 'many', most: 1 });
    expect(misfit(there, null)).toEqual({ why: 'none' });
    expect(misfit([], null)).toBeNull();
  });
  it('have a place for what they show where the channel has one, and pictures in mails', () => {
    expect(altRoom(of('a.png', 'image/png'), [rule('pictures', ['image/*'], 4, 0, 1500)])).toBe(1500);
    expect(altRoom(of('a.png', 'image/png'), takes)).toBe(0);
    expect(altRoom(of('a.png', 'image/png'), [])).toBeGreaterThan(0);
    expect([altRoom(of('a.pdf', 'application/pdf'), []), altRoom(of('a.png', 'image/png'), null)]).toEqual([0, 0]);
  });
  it('that are refused are told what goes', () => {
    expect(refusalWords({ why: 'type', name: 'a.pdf' }, takes, en.files, 'en')).toBe('a.pdf is of a kind that doesn’t go with an answer there. It takes up to 2 files (jpeg, png), 1 kB each; one file (video) up to 5 kB.');
    expect(refusalWords({ why: 'large', name: 'a.png', most: 1000 }, [rule('file', ['*/*'], 1, 1000)], en.files, 'en')).toBe('a.png is larger than the 1 kB a file may have there. It takes one file (any kind) up to 1 kB.');
  });
});
