// What changes, as it happens: one event stream for the page. Kept open with a growing pause between tries, taken up
// behind the last event that was seen, and quiet while the browser is offline or the person is signed out.
//
//   const stop = onLive((event) => { if (event.kind === 'thread.changed') … });
//
// `resync` means: what happened between is not known; load again what you show.
import { signedOut } from './client';

export interface LiveEvent {
  kind: string;
  brand?: string;
  thread?: number;
  customer?: number;
  subject?: number;
  actor?: string;
  /** presence */
  who?: string;
  state?: string;
  detail?: Record<string, unknown>;
  [more: string]: unknown;
}
type Listener = (event: LiveEvent) => void;

/** Takes bytes of text/event-stream, in whatever pieces they come, and gives whole events. */
export class EventReader {
  private rest = '';
  private id = '';
  private kind = '';
  private data: string[] = [];
  lastId = '';
  take(text: string, each: (kind: string, data: string) => void): void {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.id) this.lastId = this.id;
        if (this.data.length) each(this.kind || 'message', this.data.join('\n'));
        this.id = this.kind = '';
        this.data = [];
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') this.id = value;
      else if (field === 'event') this.kind = value;
      else if (field === 'data') this.data.push(value);
    }
  }
}

/** Seconds before try number `n`, with some chance in it so that pages don't all come back at once. */
export function pauseBefore(n: number, chance = Math.random()): number {
  return Math.min(30, 2 ** Math.min(n, 5)) * (0.5 + chance / 2);
}

const listeners = new Set<Listener>();
const watchers = new Set<(connected: boolean) => void>();
let running: AbortController | null = null;
let lastId = '';

export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export function onConnection(watcher: (connected: boolean) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
const tell = (event: LiveEvent) => listeners.forEach((listener) => listener(event));
const connected = (yes: boolean) => watchers.forEach((watcher) => watcher(yes));

async function readOnce(signal: AbortSignal, brand: string): Promise<void> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastId) headers['Last-Event-ID'] = lastId;
  const response = await fetch('/api/v1/events?brand=' + encodeURIComponent(brand), { headers, signal, cache: 'no-store' });
  // Another role, a new password, a sign-out elsewhere: the page says so at once, not with the next thing that is done.
  if (response.status === 401) signedOut();
  if (!response.ok || !response.body) throw new Error(String(response.status));
  connected(true);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    events.take(value, (kind, data) => {
      if (kind === 'hello') return;
      let parsed: Record<string, unknown> = {};
      try {
        parsed = JSON.parse(data);
      } catch {
        return;
      }
      tell({ ...parsed, kind });
    });
    if (events.lastId) lastId = events.lastId;
  }
}

function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, seconds * 1000);
    function finish() {
      clearTimeout(timer);
      removeEventListener('online', finish);
      signal.removeEventListener('abort', finish);
      done();
    }
    addEventListener('online', finish);
    signal.addEventListener('abort', finish);
  });
}

export function startLive(brand: string): void {
  stopLive();
  const mine = (running = new AbortController());
  void (async () => {
    for (let tries = 0; !mine.signal.aborted; ) {
      const began = Date.now();
      try {
        await readOnce(mine.signal, brand);
      } catch {
        // Told below by the pause; a page that was offline comes back here.
      }
      if (mine.signal.aborted) return;
      connected(false);
      tries = Date.now() - began > 30_000 ? 0 : tries + 1;
      await wait(pauseBefore(tries), mine.signal);
    }
  })();
}

export function stopLive(): void {
  running?.abort();
  running = null;
  lastId = '';
}
