// Where a draft is kept: the program's draft of the thread, one a person, and this machine while there is no connection.
import { call, callWhole, Problem } from '../api/client';
import { forget, keep, kept } from '../lib/kept';
import type { Saved, Shelf } from '../lib/draft';

const offline = (error: unknown): never => {
  throw error instanceof Problem && error.status === 0 ? { offline: true } : error;
};

/** `none`: it is known that there is no draft yet, so the first look asks nobody. */
export function shelfOf(login: string, thread: number, version: () => number, none = false): Shelf {
  const name = `draft.${login}.${thread}`;
  const path = { thread };
  return {
    async read(): Promise<Saved | null> {
      if (none) {
        none = false;
        return null;
      }
      try {
        const got = await callWhole('read_draft', { path });
        return { text: got.answer.text, etag: got.etag };
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return null;
        return offline(error);
      }
    },
    async write(text, etag) {
      try {
        if (text.trim() === '') {
          await call('discard_draft', { path, match: etag || undefined });
          return null;
        }
        const got = await callWhole('save_draft', { path, body: { text, thread_version: version() }, match: etag || undefined });
        return { text, etag: got.etag };
      } catch (error) {
        if (error instanceof Problem && (error.kind === 'changed' || error.status === 412)) return 'changed';
        return offline(error);
      }
    },
    readLocal: () => kept(name),
    writeLocal: (text) => (text === null || text === '' ? forget(name) : keep(name, text)),
  };
}
