// A line of what else happened, in words. Pure but for the words it is given.
import type { Event } from '../../api/types';
import type { IconName } from '../../ui/icons';
import type { customerWords } from './words';

type Spoken = typeof customerWords.now.event;
/** Every kind that the program writes to a timeline; the browser run reads its sources and fails when one is missing here. */
const icons = {
  assigned: 'person',
  unassigned: 'people',
  snoozed: 'snooze',
  closed: 'check',
  reopened: 'undo',
  tagged: 'tag',
  untagged: 'tag',
  noted: 'note',
  merged: 'merge',
  split: 'split',
  taken_back: 'undo',
  renamed: 'edit',
  bounced: 'warning',
  delivered: 'check',
  read: 'check',
  undelivered: 'warning',
  edited: 'edit',
  deleted: 'trash',
  rethreaded: 'right',
  split_off: 'split',
  joined: 'merge',
  rethread_undone: 'undo',
  send_held: 'pause',
  send_failed: 'warning',
  send_uncertain: 'warning',
  reply_posted: 'send',
  reply_verified: 'check',
  reply_unverified: 'clock',
  reply_pending: 'shield',
  reply_published: 'check',
  reply_rejected: 'warning',
} as const satisfies Record<string, IconName>;
type Kind = keyof typeof icons;
const known = (kind: string): kind is Kind => Object.hasOwn(icons, kind);
export const iconOfEvent = (kind: string): IconName => (known(kind) ? icons[kind] : 'info');

export function wordsOfEvent(event: Event, w: Spoken, nameOf: (login: string) => string, when: (iso: string) => string): string {
  const detail = (event.detail ?? {}) as Record<string, unknown>;
  const said = (key: string) => (typeof detail[key] === 'string' ? (detail[key] as string) : '');
  const who = event.actor === 'amends' || !event.actor ? w.amends : nameOf(event.actor);
  const reason = said('reason') ? ': ' + said('reason') : '';
  const kind = event.kind;
  if (!known(kind)) return w.other(who, kind.replaceAll('_', ' ')) + reason;
  switch (kind) {
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
    default: {
      const line = w[kind];
      return (typeof line === 'string' ? line : line(who)) + reason;
    }
  }
}
