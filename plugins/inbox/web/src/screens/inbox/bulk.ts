// One act on many threads: first what it would do, then the same with the confirmation the program gave for it.
import { call } from '../../api/client';
import type { Bulk, BulkResult } from '../../api/types';

export const mostAtOnce = 500;
export type Change = Pick<Bulk, 'action' | 'owner' | 'tag' | 'until'>;

export function preview(threads: number[], change: Change): Promise<BulkResult> {
  return call('bulk', { body: { threads, ...change, dry_run: true } });
}
export function confirm(threads: number[], change: Change, confirmation: string): Promise<BulkResult> {
  return call('bulk', { body: { threads, ...change, confirmation } });
}
/** Without asking: for taking back what was just confirmed. */
export async function apply(threads: number[], change: Change): Promise<void> {
  if (threads.length === 0) return;
  const seen = await preview(threads, change);
  if (seen.confirmation) await confirm(threads, change, seen.confirmation);
}

interface Before {
  thread: number;
  owner: string | null;
  status: 'open' | 'snoozed' | 'closed';
  snooze_until: string | null;
}
/** What brings threads back to where they were: changes with the threads they go to. */
export function inverse(change: Change, were: readonly Before[]): { threads: number[]; change: Change }[] {
  const ids = (rows: readonly Before[]) => rows.map((row) => row.thread);
  const grouped = (key: (row: Before) => string, make: (row: Before) => Change) => {
    const groups = new Map<string, Before[]>();
    for (const row of were) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
    return [...groups.values()].map((rows) => ({ threads: ids(rows), change: make(rows[0]) }));
  };
  switch (change.action) {
    case 'assign':
      return grouped((row) => row.owner ?? '', (row) => ({ action: 'assign', owner: row.owner }));
    case 'tag':
      return [{ threads: ids(were), change: { action: 'untag', tag: change.tag } }];
    case 'untag':
      return [{ threads: ids(were), change: { action: 'tag', tag: change.tag } }];
    case 'read':
      return [{ threads: ids(were), change: { action: 'unread' } }];
    case 'unread':
      return [{ threads: ids(were), change: { action: 'read' } }];
    default:
      return grouped(
        (row) => row.status + (row.snooze_until ?? ''),
        (row) => (row.status === 'closed' ? { action: 'close' } : row.status === 'snoozed' && row.snooze_until ? { action: 'snooze', until: row.snooze_until } : { action: 'reopen' }),
      );
  }
}
