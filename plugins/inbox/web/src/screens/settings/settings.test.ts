import { describe, expect, it } from 'vitest';
import type { Update } from '../../api/types';
import { csvOf } from './csv';
import { actsOn } from './outbox';

const update = (more: Partial<Update>) => ({ state: 'queued', by_hand: false, ...more }) as Update;
const all = { answer: true, settle: true };

describe('csvOf', () => {
  it('quotes what must be quoted and runs no formula', () => {
    expect(csvOf([['a', 1, null], ['x,"y"', '=1+1', { b: 2 }]])).toBe('a,1,\r\n"x,""y""",\'=1+1,"{""b"":2}"\r\n');
    expect(csvOf([[-3, '-3']])).toBe("-3,'-3\r\n");
  });
});
describe('actsOn', () => {
  it('offers what the state allows', () => {
    expect(actsOn(update({ state: 'queued' }), all)).toEqual(['cancel']);
    expect(actsOn(update({ state: 'held' }), all)).toEqual(['release', 'cancel']);
    expect(actsOn(update({ state: 'held', by_hand: true }), all)).toEqual(['posted', 'cancel']);
    expect(actsOn(update({ state: 'uncertain' }), all)).toEqual(['settle']);
    expect(actsOn(update({ state: 'sent' }), all)).toEqual([]);
  });
  it('offers nothing a role does not allow', () => {
    expect(actsOn(update({ state: 'uncertain' }), { answer: true, settle: false })).toEqual([]);
    expect(actsOn(update({ state: 'queued' }), { answer: false, settle: false })).toEqual([]);
  });
});
