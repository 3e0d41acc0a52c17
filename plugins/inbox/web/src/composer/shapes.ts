// What the program says of an answer, in the words of this app. Everything that reads these fields reads
// them here.
import type { Answer, AnswerFinding, AnswerLength, AnswerWindow, NewAnswer, Overwrites } from '../api/types';

export type Grade = Answer['grade'];
export type Finding = AnswerFinding;
export interface Ready {
  to: string[];
  cc: string[];
  subject: string;
  text: string;
  leavesAt: string;
  account: string;
  channel: string;
  visibility: Answer['visibility'];
  grade: Grade;
  link: string;
  /** Of the channel; 0: none. */
  limit: { limit: number; unit: AnswerLength['unit'] };
  slot: { perItem: number; taken: number; overwrites: Overwrites | null };
  window: AnswerWindow;
  findings: Finding[];
}

export function readyOf(answer: Answer): Ready {
  const party = (one: { name: string; handle: string }) => (one.name && one.name !== one.handle ? `${one.name} <${one.handle}>` : one.handle);
  const { subject, text, account, channel, visibility, grade, window, length, slot } = answer;
  return {
    to: (answer.to ?? []).map(party),
    cc: (answer.cc ?? []).map(party),
    subject,
    text,
    leavesAt: answer.leaves_at,
    account,
    channel,
    visibility,
    grade,
    link: answer.link ?? '',
    limit: { limit: length.limit ?? 0, unit: length.unit },
    slot: { perItem: slot.per_item ?? 0, taken: slot.taken, overwrites: slot.overwrites },
    window,
    findings: answer.findings ?? [],
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
  const body: NewAnswer = wish.step ? { step: wish.step, values: wish.values ?? {} } : { text: wish.text };
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
  return body;
}
