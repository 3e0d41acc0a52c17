import { describe, expect, it } from 'vitest';
import type { Account, ChannelSetting } from '../../../api/types';
import { conditionOf, helpFor, missingCount, ordered } from './condition';
import { beginning, changesOf, freeName, missingOf, partsOf, plainOf, problemsBySetting } from './form';

const setting = (key: string, more: Partial<ChannelSetting> = {}): ChannelSetting => ({ key, kind: 'text', label: key, help: '', required: false, fallback: null, choices: [], advanced: false, console_only: false, ...more });
const form = [setting('address', { required: true }), setting('password', { kind: 'secret', required: true }), setting('port', { kind: 'port' }), setting('folders', { kind: 'list' }), setting('file', { kind: 'path', console_only: true, required: true })];
const held = [
  { key: 'address', secret: false, set: true, value: 'a@x.example' },
  { key: 'password', secret: true, set: true, value: null },
  { key: 'folders', secret: false, set: true, value: 'INBOX, Spam' },
];
const now = Date.parse('2026-03-01T12:00:00Z');
const account = (more: Partial<Account> = {}): Account => ({
  id: 1, channel: 'email', name: 'support', origin: 'database', connected: true, can_send: true, must_connect: false, state: 'active', last_success_at: '2026-03-01T11:59:00Z', last_error_at: null, last_error: null, failures: 0,
  next_pull_at: null, connected_at: null, access_ends_at: null, checked_at: null, check_error: null, remote_count: null, held_count: null, ...more,
});

describe('the form of an account', () => {
  it('folds what has a usual answer and leaves out what only the console sets', () => {
    const parts = partsOf(form);
    expect(parts.plain.map((one) => one.key)).toEqual(['address', 'password', 'folders']);
    expect(parts.advanced.map((one) => one.key)).toEqual(['port']);
    expect(parts.console.map((one) => one.key)).toEqual(['file']);
  });
  it('never shows a secret again and sends only what was changed', () => {
    const typed = beginning(form, held);
    expect(typed).toMatchObject({ address: 'a@x.example', password: '', folders: 'INBOX\nSpam' });
    expect(changesOf(form, typed, held)).toEqual({});
    expect(changesOf(form, { ...typed, password: ' new ', folders: 'INBOX' }, held)).toEqual({ password: ' new ', folders: 'INBOX' });
    expect(changesOf(form, typed, held, ['password'])).toEqual({ password: '' });
    expect(changesOf(form, { ...typed, address: '' }, held)).toEqual({ address: '' });
  });
  it('misses what is needed, but not a secret that is held', () => {
    expect(missingOf(form, beginning(form))).toEqual(['address', 'password']);
    expect(missingOf(form, beginning(form, held), held)).toEqual([]);
    expect(missingOf(form, beginning(form, held), held, ['password'])).toEqual(['password']);
  });
  it('reads lists by line and comma', () => expect(plainOf(form[3], ' a \n\nb,c ')).toBe('a, b, c'));
  it('finds a name nobody bears', () => {
    expect(freeName('email', [])).toBe('email');
    expect(freeName('email', ['email', 'email-2'])).toBe('email-3');
  });
  it('puts a refusal beside the setting it names', () => {
    expect(problemsBySetting(form, [{ field: 'settings.port', message: 'too large' }], 'the setting "address" is no address')).toEqual({ port: 'too large', address: 'the setting "address" is no address' });
  });
});

describe('how an account is', () => {
  it('names the first thing that matters', () => {
    expect(conditionOf(account(), now)).toBe('good');
    expect(conditionOf(account({ origin: 'import', connected: false }), now)).toBe('imported');
    expect(conditionOf(account({ must_connect: true, connected: false }), now)).toBe('consent');
    expect(conditionOf(account({ failures: 3 }), now)).toBe('failing');
    expect(conditionOf(account({ state: 'paused', failures: 3 }), now)).toBe('paused');
    expect(conditionOf(account({ access_ends_at: '2026-03-03T12:00:00Z' }), now)).toBe('ending');
    expect(conditionOf(account({ access_ends_at: '2026-02-03T12:00:00Z' }), now)).toBe('ended');
    expect(conditionOf(account({ brakes: [{ bucket: 'app', until: '2026-03-01T12:10:00Z' }] }), now)).toBe('braked');
    expect(conditionOf(account({ brakes: [{ bucket: 'app', until: '2026-03-01T11:10:00Z' }] }), now)).toBe('good');
    expect(conditionOf(account({ warnings: ['slow'] }), now)).toBe('look');
    expect(conditionOf(account({ last_success_at: null }), now)).toBe('waiting');
  });
  it('offers to edit only what can be edited here', () => {
    expect(helpFor('failing', account())).toBe('edit');
    expect(helpFor('failing', account({ origin: 'file' }))).toBe('resume');
    expect(helpFor('good', account())).toBeNull();
  });
  it('counts what is missing, never less than none', () => {
    expect(missingCount(account({ remote_count: 412, held_count: 409 }))).toBe(3);
    expect(missingCount(account({ remote_count: 400, held_count: 409 }))).toBeNull();
    expect(missingCount(account())).toBeNull();
  });
  it('puts those in need first', () => {
    expect(ordered([account({ id: 1 }), account({ id: 2, failures: 1 }), account({ id: 3, origin: 'import' })], now).map((one) => one.id)).toEqual([2, 1, 3]);
  });
});
