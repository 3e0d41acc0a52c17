// How an account is, in one word, and the one thing that helps. Pure: `now` comes in.
import type { Account } from '../../../api/types';

export type Condition = 'imported' | 'consent' | 'off' | 'paused' | 'failing' | 'ended' | 'ending' | 'braked' | 'look' | 'waiting' | 'good';
export type Help = 'connect' | 'edit' | 'resume' | 'pull' | 'check' | null;

const week = 7 * 86_400_000;

export function conditionOf(account: Account, now: number): Condition {
  if (account.origin === 'import') return 'imported';
  if (account.must_connect) return 'consent';
  if (!account.connected) return 'off';
  if (account.state === 'paused') return 'paused';
  if (account.failures > 0) return 'failing';
  const ends = account.access_ends_at ? Date.parse(account.access_ends_at) : null;
  if (ends !== null && ends <= now) return 'ended';
  if (ends !== null && ends - now < week) return 'ending';
  if (heldBack(account, now).length) return 'braked';
  if (account.check_error || account.warnings?.length) return 'look';
  if (!account.last_success_at) return 'waiting';
  return 'good';
}

export const tones = {
  imported: 'plain',
  consent: 'warn',
  off: 'bad',
  paused: 'plain',
  failing: 'bad',
  ended: 'bad',
  ending: 'warn',
  braked: 'info',
  look: 'warn',
  waiting: 'info',
  good: 'good',
} as const satisfies Record<Condition, string>;

const helps: Record<Condition, Help> = {
  imported: null,
  consent: 'connect',
  off: 'edit',
  paused: 'resume',
  failing: 'edit',
  ended: 'connect',
  ending: 'connect',
  braked: null,
  look: 'check',
  waiting: 'pull',
  good: null,
};
/** What stands in the configuration file is changed there, not here. */
export function helpFor(condition: Condition, account: Account): Help {
  const help = helps[condition];
  return help === 'edit' && account.origin !== 'database' ? 'resume' : help;
}

export function heldBack(account: Account, now: number): { bucket: string; until: string }[] {
  return (account.brakes ?? []).filter((one) => Date.parse(one.until) > now);
}

/** How many the site has that we don't; null when it doesn't count, or we hold them all. */
export function missingCount(account: Account): number | null {
  if (account.remote_count === null || account.held_count === null) return null;
  return account.remote_count > account.held_count ? account.remote_count - account.held_count : null;
}

/** Those a person must do something about, first. */
const weight: Record<Condition, number> = { failing: 0, off: 0, ended: 0, consent: 1, ending: 2, look: 3, paused: 4, braked: 5, waiting: 5, good: 6, imported: 7 };
export function ordered(accounts: readonly Account[], now: number): Account[] {
  return [...accounts].sort((a, b) => weight[conditionOf(a, now)] - weight[conditionOf(b, now)] || a.channel.localeCompare(b.channel) || a.name.localeCompare(b.name));
}
