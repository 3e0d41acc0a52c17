import { describe, expect, it } from 'vitest';
import type { ThreadRow } from '../api/types';
import { fit } from './fuzzy';
import { pieces } from './marks';
import { mentionAt, mentioned, withMentions } from './mentions';
import { hueOf, initialsOf } from './names';
import { localInput, snoozeChoices } from './snooze';
import { clockOf, targetOf } from './target';
import { before, belongs, isPublic, joined, placed } from './threads';
import { dayName, day, hour, minute, shortTime, span } from './when';
import { windowOf } from './window';

const row = (thread: number, at: number, more: Partial<ThreadRow> = {}): ThreadRow => ({
  thread,
  customer: null,
  customer_name: '',
  status: 'open',
  awaiting_answer: true,
  unread: true,
  owner: null,
  snooze_until: null,
  last_at: new Date(at).toISOString(),
  asked_at: null,
  last_message: null,
  channel: 'email',
  kind: 'mail',
  direction: 'in',
  visibility: 'private',
  author: 'Ada',
  subject: 's',
  preview: 'p',
  rating: null,
  ...more,
});

describe('a long list', () => {
  it('has only the rows near the window in the page', () => {
    expect(windowOf(0, 600, 78, 100_000, 8)).toEqual({ from: 0, to: 17 });
    const middle = windowOf(50_000 * 78, 600, 78, 100_000, 8);
    expect(middle.to - middle.from).toBeLessThan(40);
    expect(windowOf(100_000 * 78, 600, 78, 100_000, 8).to).toBe(100_000);
    expect(windowOf(-40, 600, 78, 3, 8)).toEqual({ from: 0, to: 3 });
    expect(windowOf(500, 600, 78, 0, 8)).toEqual({ from: 0, to: 0 });
  });
});

describe('threads in a view', () => {
  it('stand newest first and a change moves its row', () => {
    const rows = [row(3, 300), row(2, 200), row(1, 100)];
    expect(placed(rows, row(1, 400), false).map((r) => r.thread)).toEqual([1, 3, 2]);
    expect(placed(rows, row(4, 200), false).map((r) => r.thread)).toEqual([3, 4, 2, 1]);
    expect([...rows].sort(before).map((r) => r.thread)).toEqual([3, 2, 1]);
  });
  it('older ones than what is loaded wait for their page', () => {
    const rows = [row(3, 300), row(2, 200)];
    expect(placed(rows, row(1, 100), true)).toHaveLength(2);
    expect(placed(rows, row(1, 100), false)).toHaveLength(3);
    expect(placed([], row(1, 100), true)).toHaveLength(1);
  });
  it('come once though pages overlap', () => {
    expect(joined([row(2, 2), row(1, 1)], [row(1, 1), row(0, 0)]).map((r) => r.thread)).toEqual([2, 1, 0]);
  });
  it('belong where their state says, and only the program judges what needs words', () => {
    expect(belongs(row(1, 1, { owner: 'ann' }), 'mine', 'ann')).toBe(true);
    expect(belongs(row(1, 1, { owner: 'ann', status: 'closed' }), 'mine', 'ann')).toBe(false);
    expect(belongs(row(1, 1, { owner: 'ann' }), 'unowned', 'ann')).toBe(false);
    expect(belongs(row(1, 1, { awaiting_answer: false }), 'waiting', 'ann')).toBe(false);
    expect(belongs(row(1, 1), 'questions_praise', 'ann')).toBeNull();
    expect(belongs(row(1, 1, { status: 'closed' }), 'questions_praise', 'ann')).toBe(false);
    expect(belongs(row(1, 1, { status: 'closed' }), 'everything', 'ann')).toBe(true);
  });
  it('are public by what the program says, else by their kind', () => {
    expect(isPublic({ kind: 'mail', visibility: 'public' })).toBe(true);
    expect(isPublic({ kind: 'review' })).toBe(true);
    expect(isPublic({ kind: 'direct_message' })).toBe(false);
  });
});

describe('the clock', () => {
  const at = '2026-03-01T08:00:00Z';
  const now = (ms: number) => Date.parse(at) + ms;
  it('is stricter for public words and low stars than for praise', () => {
    expect(targetOf({ kind: 'mention', rating: null })).toBe(4 * hour);
    expect(targetOf({ kind: 'review', rating: 1 })).toBe(4 * hour);
    expect(targetOf({ kind: 'review', rating: 5 })).toBe(7 * day);
    expect(targetOf({ kind: 'unheard_of', rating: null })).toBe(24 * hour);
  });
  it('is calm, then near, then over', () => {
    expect(clockOf({ kind: 'mail', rating: null, at }, now(hour)).tone).toBe('calm');
    expect(clockOf({ kind: 'mail', rating: null, at }, now(13 * hour)).tone).toBe('near');
    const late = clockOf({ kind: 'mail', rating: null, at }, now(25 * hour));
    expect([late.tone, late.left]).toEqual(['over', -hour]);
    expect(clockOf({ kind: 'mail', rating: null, at }, now(-hour)).age).toBe(0);
  });
});

describe('marks in a text', () => {
  it('count bytes of UTF-8, not letters', () => {
    // "Grüße, Milch": ü and ß take two bytes each.
    expect(pieces('Grüße, Milch', [{ from: 9, to: 14 }])).toEqual([
      { text: 'Grüße, ', marked: false },
      { text: 'Milch', marked: true },
    ]);
    expect(pieces('☕ good', [{ from: 0, to: 3 }])[0]).toEqual({ text: '☕', marked: true });
  });
  it('do no harm when they are odd', () => {
    const whole = (marks: { from: number; to: number }[]) =>
      pieces('naïve 🙂', marks)
        .map((p) => p.text)
        .join('');
    for (const marks of [[{ from: 3, to: 4 }], [{ from: 9, to: 2 }], [{ from: -5, to: 900 }], [{ from: 0, to: 4 }, { from: 2, to: 6 }]]) expect(whole(marks)).toBe('naïve 🙂');
    expect(pieces('', [{ from: 0, to: 1 }])).toEqual([]);
  });
});

describe('mentions', () => {
  it('begin at an @ that stands alone', () => {
    expect(mentionAt('ask @no', 7)).toEqual({ from: 4, word: 'no' });
    expect(mentionAt('a@no', 4)).toBeNull();
    expect(mentionAt('ask @no please', 14)).toBeNull();
  });
  it('put the login in and the caret behind it', () => {
    expect(mentioned('ask @no now', 7, { from: 4, word: 'no' }, 'noor')).toEqual({ text: 'ask @noor  now', caret: 10 });
  });
  it('stand out only for who is here', () => {
    expect(withMentions('@noor, @nobody?', ['noor'])).toEqual([
      { text: '@noor', mention: true },
      { text: ', @nobody?', mention: false },
    ]);
  });
});

describe('snoozing', () => {
  it('offers what makes sense at this hour', () => {
    const names = (date: Date) => snoozeChoices(date).map((c) => c.name);
    expect(names(new Date(2026, 2, 3, 10))).toEqual(['laterToday', 'tomorrow', 'nextWeek', 'inAWeek', 'inAMonth']);
    expect(names(new Date(2026, 2, 3, 22))).not.toContain('laterToday');
    expect(names(new Date(2026, 2, 1, 10))).not.toContain('nextWeek'); // a Sunday: tomorrow is Monday
    for (const choice of snoozeChoices(new Date(2026, 0, 31, 10))) expect(choice.until.getTime()).toBeGreaterThan(new Date(2026, 0, 31, 10).getTime());
    expect(snoozeChoices(new Date(2026, 0, 31, 10)).at(-1)?.until.getDate()).toBe(28);
  });
  it('writes times as the browser takes them', () => {
    expect(localInput(new Date(2026, 2, 3, 9, 5))).toBe('2026-03-03T09:05');
  });
});

describe('times', () => {
  const now = new Date(2026, 2, 12, 15).getTime();
  const ago = (ms: number) => new Date(now - ms).toISOString();
  it('are short and nearer ones are finer', () => {
    expect(shortTime(ago(hour), now, 'en-GB')).toBe('14:00');
    expect(shortTime(ago(2 * day), now, 'en-GB')).toBe('Tue');
    expect(shortTime(ago(20 * day), now, 'en-GB')).toBe('20 Feb');
    expect(shortTime(ago(400 * day), now, 'en-GB')).toMatch(/2025/);
    expect(dayName(ago(day), now, 'de')).toBe('Gestern');
  });
  it('spans take their largest unit and are never negative', () => {
    expect(span(5 * minute, 'en')).toBe('5m');
    expect(span(30 * hour, 'en')).toBe('30h');
    expect(span(3 * day, 'en')).toBe('3d');
    expect(span(-5, 'en')).toBe('0m');
  });
});

describe('names', () => {
  it('give one or two letters in every script', () => {
    expect(initialsOf('Maya Lindqvist')).toBe('ML');
    expect(initialsOf('maya@example.org')).toBe('M');
    expect(initialsOf('田中 さくら')).toBe('田さ');
    expect(initialsOf('  ')).toBe('?');
    expect(initialsOf('(☕) Zoë')).toBe('Z');
  });
  it('keep their colour', () => {
    expect(hueOf('noor', 8)).toBe(hueOf('noor', 8));
    expect(hueOf('noor', 8)).toBeLessThan(8);
  });
});

describe('the palette', () => {
  it('finds by letters in order, starts of words first, accents aside', () => {
    expect(fit('snz', 'Snooze …')).not.toBeNull();
    expect(fit('zns', 'Snooze')).toBeNull();
    expect(fit('prive', 'Privé')).not.toBeNull();
    expect(fit('cl', 'Close')!).toBeGreaterThan(fit('cl', 'Article of law')!);
    expect(fit('', 'anything')).toBe(0);
  });
});
