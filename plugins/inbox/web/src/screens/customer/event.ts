// A line of what else happened, in words. Pure but for the words it is given.
import type { Event } from '../../api/types';
import type { IconName } from '../../ui/icons';
import type { customerWords } from './words';

type Spoken = typeof customerWords.now.event;
const icons: Record<string, IconName> = {
  assigned: 'person',
  unassigned: 'people',
  snoozed: 'snooze',
  closed: 'check',
  reopened: 'undo',
  tagged: 'tag',
  untagged: 'tag',
  merged: 'merge',
  split: 'split',
  taken_back: 'undo',
  renamed: 'edit',
  bounced: 'warning',
  edited: 'edit',
  deleted: 'trash',
  rethreaded: 'right',
  split_off: 'split',
  joined: 'merge',
  rethread_undone: 'undo',
};
export const iconOfEvent = (kind: string): IconName => icons[kind] ?? 'info';

export function wordsOfEvent(event: Event, w: Spoken, nameOf: (login: string) => string, when: (iso: string) => string): string {
  const detail = (event.detail ?? {}) as Record<string, unknown>;
  const said = (key: string) => (typeof detail[key] === 'string' ? (detail[key] as string) : '');
  const who = event.actor === 'amends' || !event.actor ? w.amends : nameOf(event.actor);
  const reason = said('reason') ? ': ' + said('reason') : '';
  switch (event.kind) {
    case 'assigned':
      return said('owner') === event.actor ? w.took(who) : w.assigned(who, nameOf(said('owner')));
    case 'snoozed':
      return w.snoozed(who, said('until') ? when(said('until')) : '');
    case 'tagged':
      return w.tagged(who, said('tag'));
    case 'untagged':
      return w.untagged(who, said('tag'));
    case 'bounced':
      return w.bounced(event.actor) + (said('status') ? ` (${said('status')})` : '');
    case 'unassigned':
    case 'closed':
    case 'reopened':
    case 'renamed':
    case 'edited':
    case 'deleted':
    case 'rethreaded':
    case 'split_off':
    case 'joined':
    case 'rethread_undone':
      return w[event.kind](who);
    case 'merged':
    case 'split':
    case 'taken_back':
      return w[event.kind](who) + reason;
    default:
      return w.other(who, event.kind.replaceAll('_', ' ')) + reason;
  }
}
