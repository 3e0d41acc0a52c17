// The inbox's rows of the keys table.
import type { KeyRow } from '../../keys/table';
import { views } from '../../lib/threads';
import { words } from '../../words/words';
import { inboxWords } from './words';

const list = () => words.now.keys.groups.list;
const thread = () => words.now.keys.groups.thread;
const act = () => inboxWords.now.act;

export const inboxKeys: KeyRow[] = [
  { id: 'inbox.next', press: ['j', 'ArrowDown'], label: () => act().next, group: list, quiet: true },
  { id: 'inbox.previous', press: ['k', 'ArrowUp'], label: () => act().previous, group: list, quiet: true },
  { id: 'inbox.open', press: 'Enter', label: () => act().open, group: list, quiet: true },
  { id: 'inbox.select', press: 'x', label: () => act().select, group: list },
  { id: 'inbox.selectAll', press: 'Ctrl+A', label: () => act().selectAll, group: list },
  { id: 'inbox.take', press: 'o', label: () => act().take, group: thread },
  { id: 'inbox.assign', press: 'h', label: () => act().assign + ' …', group: thread },
  { id: 'inbox.close', press: 'e', label: () => act().close, group: thread },
  { id: 'inbox.reopen', press: 'Shift+E', label: () => act().reopen, group: thread },
  { id: 'inbox.snooze', press: 'z', label: () => act().snooze + ' …', group: thread },
  { id: 'inbox.tag', press: 't', label: () => act().tag + ' …', group: thread },
  { id: 'inbox.note', press: 'n', label: () => inboxWords.now.notes.add, group: thread },
  { id: 'inbox.unread', press: 'Shift+U', label: () => act().unread, group: thread },
  ...views.map(
    (view, i): KeyRow => ({
      id: 'inbox.view.' + view,
      press: String(i + 1),
      label: () => act().view(inboxWords.now.view[view]),
      group: () => inboxWords.now.groupViews,
    }),
  ),
];
