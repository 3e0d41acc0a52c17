// What a person may do about an update, by its state. Pure.
import type { Update } from '../../api/types';

export type Act = 'cancel' | 'release' | 'settle' | 'posted';
export function actsOn(update: Update, may: { answer: boolean; settle: boolean }): Act[] {
  const out: Act[] = [];
  if (update.by_hand && update.state !== 'sent' && update.state !== 'cancelled' && may.answer) out.push('posted');
  if (update.state === 'held' && !update.by_hand && may.settle) out.push('release');
  if ((update.state === 'uncertain' || update.state === 'failed') && may.settle) out.push('settle');
  if (['scheduled', 'queued', 'held'].includes(update.state) && may.answer) out.push('cancel');
  return out;
}
export const stateTones = { draft: 'plain', scheduled: 'info', held: 'warn', queued: 'info', sending: 'info', retry: 'warn', sent: 'good', failed: 'bad', uncertain: 'bad', cancelled: 'plain' } as const satisfies Record<Update['state'], string>;
