// What a list of threads needs to know of its rows. Pure.
import type { ThreadRow } from '../api/types';

export const views = ['mine', 'unowned', 'waiting', 'questions_praise', 'unthreaded', 'snoozed', 'closed', 'everything'] as const;
export type View = (typeof views)[number];
/** Rows of one page of a list. */
export const pageOfThreads = 100;
export const viewOf = (named: string | undefined): View => ((views as readonly string[]).includes(named ?? '') ? (named as View) : 'waiting');

/** Newest first, as the API orders. */
export function before(a: ThreadRow, b: ThreadRow): number {
  const at = Date.parse(b.last_at) - Date.parse(a.last_at);
  return at || b.thread - a.thread;
}

/** Whether a row belongs in a view as far as it can tell by itself; null: only the program knows. */
export function belongs(row: ThreadRow, view: View, login: string): boolean | null {
  switch (view) {
    case 'mine':
      return row.status === 'open' && row.owner === login;
    case 'unowned':
      return row.status === 'open' && row.awaiting_answer && !row.owner;
    case 'waiting':
      return row.status === 'open' && row.awaiting_answer;
    case 'snoozed':
      return row.status === 'snoozed';
    case 'closed':
      return row.status === 'closed';
    case 'everything':
      return true;
    default:
      return row.status === 'open' && row.awaiting_answer ? null : false;
  }
}

/** One row put where it belongs among loaded ones. `more`: there are older ones behind, so what is older than the last stays out. */
export function placed(rows: readonly ThreadRow[], row: ThreadRow, more: boolean): ThreadRow[] {
  const others = rows.filter((one) => one.thread !== row.thread);
  let low = 0;
  let high = others.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(others[middle], row) <= 0) low = middle + 1;
    else high = middle;
  }
  if (low === others.length && more && others.length > 0) return others;
  return [...others.slice(0, low), row, ...others.slice(low)];
}

/** Pages may overlap when something moved meanwhile: each thread once, the newer knowledge wins. */
export function joined(rows: readonly ThreadRow[], page: readonly ThreadRow[]): ThreadRow[] {
  const known = new Set(rows.map((row) => row.thread));
  return [...rows, ...page.filter((row) => !known.has(row.thread))];
}

export function isPublic(row: Pick<ThreadRow, 'kind'> & { visibility?: string }): boolean {
  if (row.visibility) return row.visibility === 'public';
  return row.kind === 'review' || row.kind === 'mention' || row.kind === 'comment';
}
