// What the stream shows, in order, out of what the program told. Pure.
import type { Event, Message, Note, Update, Words } from '../../api/types';

export type Item =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'message'; key: string; at: string; message: Message }
  | { kind: 'note'; key: string; at: string; note: Note; thread: number }
  | { kind: 'events'; key: string; at: string; events: Event[] };

export interface Told {
  messages: Iterable<Message>;
  events: Iterable<Event>;
  notes: Iterable<{ thread: number; note: Note }>;
}

/** Kinds that the message itself shows: what stands at it says more than a line would. */
const shownByMessage = new Set(['edited', 'deleted', 'send_failed', 'send_uncertain', 'noted']);

export const messageOfEvent = (event: Event): number => Number((event.detail as Record<string, unknown> | null)?.message ?? 0) || 0;

const order = { message: 0, note: 1, events: 2, day: 3 };

/** Oldest first, with a line where a new day begins in the reader's own time. `stranger`: what stands in public alone. */
export function itemsOf(told: Told, stranger = false): Item[] {
  const messages = [...told.messages].filter((one) => !stranger || one.visibility === 'public');
  const shown = new Set(messages.map((one) => one.id));
  const lines: Exclude<Item, { kind: 'day' }>[] = messages.map((message) => ({ kind: 'message', key: 'm' + message.id, at: message.at, message }));
  if (!stranger) {
    for (const { thread, note } of told.notes) lines.push({ kind: 'note', key: 'n' + note.id, at: note.at, note, thread });
    for (const event of told.events) {
      if (shownByMessage.has(event.kind) && (event.kind.startsWith('send_') || event.kind === 'noted' || shown.has(messageOfEvent(event)))) continue;
      lines.push({ kind: 'events', key: 'e' + event.id, at: event.at, events: [event] });
    }
  }
  lines.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || order[a.kind] - order[b.kind] || numberOf(a) - numberOf(b));
  const out: Item[] = [];
  let day = '';
  for (const line of lines) {
    const today = new Date(line.at).toDateString();
    if (today !== day) {
      day = today;
      out.push({ kind: 'day', key: 'd' + today, at: line.at });
    }
    const last = out[out.length - 1];
    if (line.kind === 'events' && last.kind === 'events') last.events.push(...line.events);
    else out.push(line.kind === 'events' ? { ...line, events: [...line.events] } : line);
  }
  return out;
}
const numberOf = (line: Item): number => (line.kind === 'message' ? line.message.id : line.kind === 'note' ? line.note.id : line.kind === 'events' ? line.events[0].id : 0);

/** In pieces of about `size`, from the end, so that what comes in below changes the last one alone. */
export function chunksOf(items: Item[], size: number): { key: string; items: Item[] }[] {
  const out: { key: string; items: Item[] }[] = [];
  let current: Item[] = [];
  // A border is an item whose own number says so: the same items always make the same pieces, whatever comes above them.
  for (const item of items) {
    if (current.length >= size / 2 && (isBorder(item, size) || current.length >= size * 2)) {
      out.push({ key: current[0].key, items: current });
      current = [];
    }
    current.push(item);
  }
  if (current.length) out.push({ key: current[0].key, items: current });
  return out;
}
const isBorder = (item: Item, size: number) => item.kind === 'message' && item.message.id % Math.max(1, size >> 1) === 0;

export type UpdateStage = 'waiting' | 'hand' | 'held' | 'leaving' | 'sent' | 'moderated' | 'refused' | 'seen' | 'answered' | 'bounced' | 'failed' | 'uncertain' | 'cancelled' | 'unverified';
/** What became of an update, in one word. */
export function stageOf(update: Update): UpdateStage {
  switch (update.state) {
    case 'draft':
    case 'scheduled':
    case 'queued':
      return 'waiting';
    case 'held':
      return update.by_hand ? 'hand' : 'held';
    case 'sending':
    case 'retry':
      return 'leaving';
    case 'failed':
      return 'failed';
    case 'uncertain':
      return 'uncertain';
    case 'cancelled':
      return 'cancelled';
    case 'sent':
      if (update.moderation === 'rejected') return 'refused';
      if (update.recipients?.some((one) => one.state === 'bounced' || one.state === 'refused')) return 'bounced';
      if (update.answered_by || update.answered_at) return 'answered';
      if (update.moderation === 'pending') return 'moderated';
      if (update.verify_by) return 'unverified';
      return 'sent';
  }
}

/** What stands in the stream of a message: its new words, or all of them. */
export const wordsOfMessage = (message: Message, words: Words | null | undefined): string => words?.reply_text || words?.text || message.preview;

/** Short texts in full; long ones are folded behind a button. */
export function isLong(text: string): boolean {
  return text.length > 1600 || text.split('\n').length > 28;
}
