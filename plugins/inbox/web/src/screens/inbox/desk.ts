// What an agent does to a thread: done at once, shown at once, and taken back within ten seconds.
import { call } from '../../api/client';
import type { ThreadRow } from '../../api/types';
import { fullTime } from '../../lib/when';
import { session } from '../../session.svelte';
import { complain, offerUndo, toasts } from '../../ui/toasts.svelte';
import { speech } from '../../words/speech.svelte';
import { nameOf } from './members.svelte';
import { inboxWords } from './words';

/** Shows a row as it will be; the program's own word follows by the event stream. */
export type Show = (row: ThreadRow) => void;

interface Act {
  row: ThreadRow;
  /** The row afterwards. */
  then: ThreadRow;
  show: Show;
  run: () => Promise<unknown>;
  back: () => Promise<unknown>;
  said: string;
}
function act(what: Act): Promise<boolean> {
  const done = carryOut(what);
  if (what.said) toasts.expect(done);
  return done;
}
async function carryOut({ row, then, show, run, back, said }: Act): Promise<boolean> {
  show(then);
  try {
    await run();
  } catch (error) {
    show(row);
    complain(error);
    return false;
  }
  if (said)
    offerUndo({
      text: said,
      undo: async () => {
        show(row);
        await back();
      },
    });
  return true;
}

const w = () => inboxWords.now.act;
const path = (row: ThreadRow) => ({ thread: row.thread });
const setOwner = (row: ThreadRow, owner: string | null) => call('assign_thread', { path: path(row), body: { owner } });
/** Whatever the row's state was, again. */
function restore(row: ThreadRow): Promise<unknown> {
  if (row.status === 'closed') return call('close_thread', { path: path(row) });
  if (row.status === 'snoozed' && row.snooze_until) return call('snooze_thread', { path: path(row), body: { until: row.snooze_until } });
  return call('reopen_thread', { path: path(row) });
}

export function assign(row: ThreadRow, owner: string | null, show: Show): Promise<boolean> {
  const mine = owner !== null && owner === session.me?.login;
  return act({
    row,
    then: { ...row, owner },
    show,
    run: () => setOwner(row, owner),
    back: () => setOwner(row, row.owner),
    said: owner === null ? w().released : mine ? w().taken : w().assigned(nameOf(owner)),
  });
}
export function close(row: ThreadRow, show: Show): Promise<boolean> {
  return act({
    row,
    then: { ...row, status: 'closed', snooze_until: null, unread: false },
    show,
    run: () => call('close_thread', { path: path(row) }),
    back: () => restore(row),
    said: w().closed,
  });
}
export function reopen(row: ThreadRow, show: Show): Promise<boolean> {
  return act({
    row,
    then: { ...row, status: 'open', snooze_until: null },
    show,
    run: () => call('reopen_thread', { path: path(row) }),
    back: () => restore(row),
    said: w().reopened,
  });
}
export function snooze(row: ThreadRow, until: Date, show: Show): Promise<boolean> {
  const iso = until.toISOString();
  return act({
    row,
    then: { ...row, status: 'snoozed', snooze_until: iso },
    show,
    run: () => call('snooze_thread', { path: path(row), body: { until: iso } }),
    back: () => restore(row),
    said: w().snoozed(fullTime(iso, speech.tag)),
  });
}
export function setUnread(row: ThreadRow, unread: boolean, show: Show, quiet = false): Promise<boolean> {
  return act({
    row,
    then: { ...row, unread },
    show,
    run: () => call('set_unread', { path: path(row), body: { unread } }),
    back: () => call('set_unread', { path: path(row), body: { unread: !unread } }),
    said: quiet ? '' : unread ? w().unread : w().read,
  });
}
export function addTag(row: ThreadRow, tag: string, show: Show): Promise<boolean> {
  return act({
    row,
    then: { ...row, tags: [...new Set([...(row.tags ?? []), tag])].sort() },
    show,
    run: () => call('add_tag', { path: path(row), body: { tag } }),
    back: () => call('remove_tag', { path: path(row), query: { tag } }),
    said: w().tagged(tag),
  });
}
export function removeTag(row: ThreadRow, tag: string, show: Show): Promise<boolean> {
  return act({
    row,
    then: { ...row, tags: (row.tags ?? []).filter((one) => one !== tag) },
    show,
    run: () => call('remove_tag', { path: path(row), query: { tag } }),
    back: () => call('add_tag', { path: path(row), body: { tag } }),
    said: w().untagged(tag),
  });
}
