// What the program says of an answer and of an update, read so that a part it doesn't say means: as with mail. Everything
// that reads these fields reads them here.
import type { Answer, NewAnswer, Update } from '../api/types';
import type { LengthUnit } from '../lib/length';

export type Grade = 'api' | 'prepared' | 'none';
export interface Finding {
  rule: string;
  weight: 'note' | 'confirm' | 'stops';
  text: string;
  hint: string;
  excerpt: string;
}
export interface Ready {
  to: string[];
  cc: string[];
  subject: string;
  text: string;
  leavesAt: string;
  account: string;
  channel: string;
  visibility: 'private' | 'public' | null;
  grade: Grade;
  link: string;
  limit: { limit: number; unit: LengthUnit };
  slot: { perItem: number; taken: number; overwrites: { message: number | null; text: string; at: string | null; onItsWay: boolean } | null };
  window: { state: 'always' | 'open' | 'person' | 'templates' | 'closed'; closesAt: string | null };
  findings: Finding[];
}

type Loose = Record<string, unknown>;
const record = (value: unknown): Loose => (value && typeof value === 'object' ? (value as Loose) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const whole = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const oneOf = <T extends string>(value: unknown, known: readonly T[], otherwise: T): T => (known.includes(value as T) ? (value as T) : otherwise);
const units: readonly LengthUnit[] = ['bytes', 'code_points', 'graphemes', 'utf16', 'weighted'];

export function readyOf(answer: Answer): Ready {
  const more = answer as Answer & Loose;
  const length = record(more.length ?? more.limit);
  const slot = record(more.slot);
  const over = slot.overwrites && typeof slot.overwrites === 'object' ? record(slot.overwrites) : null;
  const window = record(more.window);
  const party = (one: { name: string; handle: string }) => (one.name && one.name !== one.handle ? `${one.name} <${one.handle}>` : one.handle);
  return {
    to: (answer.to ?? []).map(party),
    cc: (answer.cc ?? []).map(party),
    subject: answer.subject,
    text: answer.text,
    leavesAt: answer.leaves_at,
    account: text(more.account),
    channel: text(more.channel),
    visibility: more.visibility === 'public' || more.visibility === 'private' ? more.visibility : null,
    grade: oneOf(more.grade, ['api', 'prepared', 'none'] as const, 'api'),
    link: text(more.link),
    limit: { limit: whole(length.limit), unit: oneOf(length.unit, units, 'code_points') },
    slot: {
      perItem: whole(slot.per_item),
      taken: whole(slot.taken),
      overwrites: over && { message: whole(over.message) || null, text: text(over.text), at: text(over.at) || null, onItsWay: over.on_its_way === true },
    },
    window: { state: oneOf(window.state, ['always', 'open', 'person', 'templates', 'closed'] as const, 'always'), closesAt: text(window.closes_at) || null },
    findings: (Array.isArray(more.findings) ? more.findings : []).map(record).map((one) => ({
      rule: text(one.rule),
      weight: oneOf(one.weight, ['note', 'confirm', 'stops'] as const, 'note'),
      text: text(one.text),
      hint: text(one.hint),
      excerpt: text(one.excerpt),
    })),
  };
}

/** What an update that is no mail has more. */
export interface Posted {
  byHand: boolean;
  link: string;
  permalink: string;
  moderation: 'none' | 'pending' | 'published' | 'rejected';
  moderationReason: string;
  verifyBy: string | null;
}
export function postedOf(update: Update): Posted {
  const flat = update as Update & Loose;
  const more = { ...flat, ...record(flat.post) };
  return {
    byHand: more.by_hand === true || more.grade === 'prepared',
    link: text(more.link),
    permalink: text(more.permalink),
    moderation: oneOf(more.moderation, ['none', 'pending', 'published', 'rejected'] as const, 'none'),
    moderationReason: text(more.moderation_reason),
    verifyBy: text(more.verify_by) || null,
  };
}

/** Fields of an answer that only say something when they differ from what the program does by itself. */
export interface Wish {
  text: string;
  step?: NewAnswer['step'];
  values?: Record<string, string>;
  message?: number;
  files?: NewAnswer['files'];
  quote?: boolean;
  notBefore?: string;
  account?: string;
  recipient?: number;
  subject?: string;
  visibility?: 'private' | 'public';
  confirmed?: boolean;
  seen?: number;
}
export function bodyOf(wish: Wish): NewAnswer {
  const body: Loose = wish.step ? { step: wish.step, values: wish.values ?? {} } : { text: wish.text };
  if (wish.message) body.message = wish.message;
  if (wish.files?.length) body.files = wish.files;
  if (wish.quote === false) body.quote = false;
  if (wish.notBefore) body.not_before = wish.notBefore;
  if (wish.account) body.account = wish.account;
  if (wish.recipient) body.recipient = wish.recipient;
  if (wish.subject) body.subject = wish.subject;
  if (wish.visibility) body.visibility = wish.visibility;
  if (wish.confirmed) body.confirmed = true;
  if (wish.seen !== undefined) body.seen_version = wish.seen;
  return body as NewAnswer;
}
