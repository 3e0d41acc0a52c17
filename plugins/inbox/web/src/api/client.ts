// Every call to the program goes through here: call('assign_thread', { path: { thread: 5 }, body: { owner: 'ann' } }).
// The brand in a path is the one the person works in. Failures are Problems, which say in words what to do next.
import { operations, type Operations } from './types';

export interface FieldProblem {
  field: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    /** The last word of the problem's type: "conflict", "invalid", "changed", "offline" … */
    readonly kind: string,
    readonly detail: string,
    readonly hint: string,
    readonly fields: FieldProblem[] = [],
    /** Seconds to wait, when the program named some. */
    readonly retryAfter = 0,
    /** The whole answer: some kinds bear more, such as what changed in a thread meanwhile. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(detail || kind);
    this.name = 'Problem';
  }
  get words(): string {
    return [this.detail, this.hint].filter(Boolean).join(' ');
  }
}

export type Name = keyof Operations;
type Given<Key extends string, Value> = keyof Value extends never ? { [K in Key]?: Value } : {} extends Value ? { [K in Key]?: Value } : { [K in Key]: Value };
type BodyOf<N extends Name> = Operations[N]['body'] extends undefined ? { body?: undefined } : { body: Operations[N]['body'] };
export type Asked<N extends Name> = Given<'path', Operations[N]['path']> &
  Given<'query', Operations[N]['query']> &
  BodyOf<N> & {
    signal?: AbortSignal;
    brand?: string;
    /** For If-Match: the ETag of what was read. */
    match?: string;
    /** Kept over tries of the same act, so that it's done once. A new one is made when none is given. */
    key?: string;
  };
export type AnswerOf<N extends Name> = Operations[N]['answer'];

let brand = '';
let onSignedOut: () => void = () => {};
export function workIn(key: string): void {
  brand = key;
}
export function whenSignedOut(run: () => void): void {
  onSignedOut = run;
}
/** The session has ended, and it shows elsewhere than in a call. */
export function signedOut(): void {
  onSignedOut();
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The address of an operation, for links and pictures. */
export function addressOf<N extends Name>(name: N, path: Operations[N]['path'], query: object = {}, inBrand = brand): string {
  const [, pattern] = operations[name].split(' ');
  const values: Record<string, unknown> = { brand: inBrand, ...(path as object) };
  const filled = pattern.replace(/\{(\w+)\}/g, (_, word: string) => encodeURIComponent(String(values[word])));
  const search = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v !== undefined && v !== null && v !== '') search.set(k, String(v));
  const tail = search.toString();
  return '/api/v1' + filled + (tail ? '?' + tail : '');
}

async function problemOf(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = await response.json();
  } catch {
    // An answer that isn't ours, such as a proxy's page.
  }
  const kind = String(body.type ?? '').split(':').pop() || (response.status >= 500 ? 'unavailable' : 'bad_request');
  return new Problem(
    response.status,
    kind,
    String(body.detail ?? body.title ?? response.statusText),
    String(body.hint ?? ''),
    (body.errors as FieldProblem[]) ?? [],
    Number(response.headers.get('Retry-After') ?? 0),
    body,
  );
}

export interface Got<T> {
  answer: T;
  etag: string;
}

// What somebody will want next is asked for before they do, so that a slow line isn't waited for. Taken once, by the same
// question; what has changed meanwhile is dropped by whoever hears of it (ahead.ts).
interface Early {
  got: Promise<Got<unknown>>;
  at: number;
  about: readonly number[];
}
const early = new Map<string, Early>();
const earlyMost = 24;
const earlyLives = 120_000;

/** `about`: threads and customers of whom it tells. */
export function askAhead<N extends Name>(name: N, asked: Asked<N>, about: readonly number[]): void {
  const address = addressOf(name, (asked.path ?? {}) as Operations[N]['path'], asked.query ?? {}, asked.brand ?? brand);
  if (early.has(address)) return;
  const got = ask(name, asked);
  got.catch(() => undefined);
  early.set(address, { got, at: Date.now(), about });
  for (const old of early.keys()) if (early.size > earlyMost) early.delete(old);
}
export function dropAhead(of?: (about: readonly number[]) => boolean): void {
  for (const [address, one] of early) if (!of || of(one.about)) early.delete(address);
}

export async function callWhole<N extends Name>(name: N, asked: Asked<N> = {} as Asked<N>): Promise<Got<AnswerOf<N>>> {
  const address = addressOf(name, (asked.path ?? {}) as Operations[N]['path'], asked.query ?? {}, asked.brand ?? brand);
  const known = operations[name].startsWith('GET ') ? early.get(address) : undefined;
  if (known) {
    early.delete(address);
    // One that failed says nothing of now.
    if (Date.now() - known.at < earlyLives) return known.got.catch(() => ask(name, asked)) as Promise<Got<AnswerOf<N>>>;
  }
  return ask(name, asked);
}
async function ask<N extends Name>(name: N, asked: Asked<N>): Promise<Got<AnswerOf<N>>> {
  const [method] = operations[name].split(' ');
  const headers: Record<string, string> = {};
  const body = asked.body as unknown;
  if (body instanceof Blob) headers['Content-Type'] = 'application/octet-stream';
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method === 'POST') headers['Idempotency-Key'] = asked.key ?? newKey();
  if (asked.match) headers['If-Match'] = asked.match;
  let response: Response;
  try {
    response = await fetch(addressOf(name, (asked.path ?? {}) as Operations[N]['path'], asked.query ?? {}, asked.brand ?? brand), {
      method,
      headers,
      body: body === undefined ? undefined : body instanceof Blob ? body : JSON.stringify(body),
      signal: asked.signal,
      credentials: 'same-origin',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0, 'offline', '', '');
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401 && name !== 'sign_in' && name !== 'read_me') onSignedOut();
    throw problem;
  }
  const text = await response.text();
  return { answer: (text ? JSON.parse(text) : undefined) as AnswerOf<N>, etag: response.headers.get('ETag') ?? '' };
}

export async function call<N extends Name>(name: N, asked: Asked<N> = {} as Asked<N>): Promise<AnswerOf<N>> {
  return (await callWhole(name, asked)).answer;
}
