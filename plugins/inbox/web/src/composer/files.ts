// Files that go with an answer: what the channel and the program take of them, judged before anything is read, and their bytes
// as the program takes them.
import type { AttachmentRule } from '../api/types';
import { sizeOf } from '../lib/size';
import type { Widened } from '../words/words';
import type en from './words/en';

export interface OutFile {
  key: number;
  name: string;
  type: string;
  size: number;
  /** base64 */
  data: string;
  /** What it shows, for who can't see it; where the channel has a place for that. */
  alt: string;
}
/** What the program takes with one answer, all files together. */
export const mostBytes = 20 * 1024 * 1024;
export const mostFiles = 50;

/** What a channel takes: rows of its descriptor; none in mail, which takes any file; null where no file goes along. */
export type Takes = readonly AttachmentRule[] | null;
type Facts = Pick<OutFile, 'name' | 'type' | 'size'>;
export type Refusal =
  | { why: 'none' }
  | { why: 'type' | 'empty'; name: string }
  | { why: 'mixed' }
  | { why: 'alone' }
  | { why: 'large' | 'sum'; name: string; most: number }
  | { why: 'many'; most: number };

export function isOfType(type: string, types: readonly string[]): boolean {
  const given = type.toLowerCase().split(';')[0].trim() || 'application/octet-stream';
  return types.some((one) => one === '*/*' || one === given || (one.endsWith('/*') && given.startsWith(one.slice(0, -1))));
}
export const ruleFor = (file: Pick<Facts, 'type'>, takes: Takes): AttachmentRule | undefined => takes?.find((rule) => isOfType(file.type, rule.types ?? []));

/** How long the description of a picture in a mail may be. */
const mailAlt = 1000;
/** How long what a file shows may be said; 0: there is no place for it. */
export function altRoom(file: Pick<Facts, 'type'>, takes: Takes): number {
  if (takes?.length === 0) return file.type.startsWith('image/') ? mailAlt : 0;
  return ruleFor(file, takes)?.alt ?? 0;
}

/** Why a file can't join those that are there; null: it can. All files of an answer are of one row. */
function refusalOf(file: Facts, has: readonly Facts[], takes: Takes): Refusal | null {
  if (takes === null) return { why: 'none' };
  const rule = ruleFor(file, takes);
  if (takes.length > 0) {
    if (!rule) return { why: 'type', name: file.name };
    if (has.length > 0 && ruleFor(has[0], takes) !== rule) return { why: 'mixed' };
    if (file.size === 0) return { why: 'empty', name: file.name };
    if (rule.bytes > 0 && file.size > rule.bytes) return { why: 'large', name: file.name, most: rule.bytes };
  }
  const most = rule?.count ?? mostFiles;
  if (has.length >= most) return { why: 'many', most };
  if (has.reduce((all, one) => all + one.size, file.size) > mostBytes) return { why: 'sum', name: file.name, most: mostBytes };
  return null;
}
export interface Judged {
  fit: File[];
  refused: Refusal[];
}
export function judge(files: readonly File[], has: readonly OutFile[], takes: Takes = []): Judged {
  const out: Judged = { fit: [], refused: [] };
  for (const file of files) {
    const no = refusalOf(file, [...has, ...out.fit], takes);
    if (!no) out.fit.push(file);
    // That they are too many, of two kinds or not taken at all is said once, however many there are.
    else if ('name' in no || !out.refused.some((one) => one.why === no.why)) out.refused.push(no);
  }
  return out;
}
/** The same of files that are there already: their way may be another now. */
export function misfit(files: readonly OutFile[], takes: Takes): Refusal | null {
  for (let i = 0; i < files.length; i++) {
    const no = refusalOf(files[i], files.slice(0, i), takes);
    if (no) return no;
  }
  return null;
}

const short: Record<string, string> = { plain: 'txt', msword: 'doc', quicktime: 'mov', mpeg: 'mp3', 'ms-excel': 'xls', 'ms-powerpoint': 'ppt', document: 'docx', sheet: 'xlsx', presentation: 'pptx' };
/** "image/png" -> "png", and what a person calls the long ones. */
function typeName(type: string): string {
  const name = type.endsWith('/*') ? type.slice(0, -2) : (type.split('/')[1] ?? type);
  return short[name] ?? short[name.split('.').pop() ?? ''] ?? name.split('.').pop() ?? name;
}
type W = Widened<typeof en>['files'];
export function takesWords(takes: Takes, w: W, language: string): string {
  return (takes ?? [])
    .map((rule) => {
      const types = rule.types ?? [];
      return w.upTo(rule.count, types.includes('*/*') ? w.any : [...new Set(types.map(typeName))].join(', '), sizeOf(Math.min(rule.bytes || mostBytes, mostBytes), language));
    })
    .join('; ');
}
export function refusalWords(no: Refusal, takes: Takes, w: W, language: string): string {
  const taken = takesWords(takes, w, language);
  const more = taken ? ' ' + w.taken(taken) : '';
  switch (no.why) {
    case 'none':
      return w.none;
    case 'type':
      return w.type(no.name) + more;
    case 'empty':
      return w.empty(no.name);
    case 'alone':
      return w.alone;
    case 'mixed':
      return w.mixed + more;
    case 'large':
      return w.large(no.name, sizeOf(no.most, language)) + more;
    case 'sum':
      return w.sum(no.name, sizeOf(no.most, language));
    case 'many':
      return w.many(no.most) + more;
  }
}

let last = 0;
export async function readFile(file: File): Promise<OutFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { key: ++last, name: file.name || 'file', type: file.type, size: file.size, data: btoa(text), alt: '' };
}
