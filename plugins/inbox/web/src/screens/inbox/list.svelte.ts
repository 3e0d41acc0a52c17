// The threads of one view: pages along the API's cursor, kept right by what the event stream tells.
//
// A change of a thread is looked up and its row put where it belongs; many at once, or a gap in the stream, load the list
// anew. A row that leaves the view while somebody may be looking at it stays, faded, until the view is opened again, so
// that nothing jumps under a hand.
import { call, Problem } from '../../api/client';
import type { LiveEvent } from '../../api/live';
import type { ThreadRow } from '../../api/types';
import { knownTags } from './tags.svelte';
import { belongs, joined, pageOfThreads as page, placed, type View } from '../../lib/threads';

const gather = 250;
const mostAtOnce = 8;

export class ThreadList {
  rows = $state.raw<ThreadRow[]>([]);
  next = $state<string | null>(null);
  loading = $state(false);
  loaded = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Threads that left the view and are still shown. */
  gone = $state.raw(new Set<number>());
  private turn = 0;
  private over = false;
  private due = new Set<number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly view: View,
    readonly tag: string,
    private login: string,
    /** Whether a row may go from under the eyes of whoever looks. */
    private held: (thread: number) => boolean,
  ) {}

  async load(): Promise<void> {
    await this.take(undefined);
  }
  async more(): Promise<void> {
    if (this.loading || !this.next) return;
    await this.take(this.next);
  }
  private async take(cursor: string | undefined): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    try {
      const answer = await call('list_inbox', { query: { view: this.view, tag: this.tag || undefined, cursor, limit: page } });
      if (turn !== this.turn) return;
      const items = answer.items ?? [];
      this.rows = cursor ? joined(this.rows, items) : items;
      knownTags.add(...new Set(items.flatMap((row) => row.tags ?? [])));
      if (!cursor) this.gone = new Set();
      this.next = answer.next;
      this.problem = null;
      this.loaded = true;
    } catch (error) {
      if (turn === this.turn) this.problem = error instanceof Problem ? error : new Problem(0, 'offline', '', '');
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }

  /** What the event stream says. */
  hear(event: LiveEvent): void {
    if (event.kind === 'resync') return void this.refresh();
    if (!event.thread || !/^(thread|message|note|update|suggestion)\./.test(event.kind)) {
      if (event.kind === 'import.progress' || event.kind === 'customer.changed') this.later(0);
      return;
    }
    this.later(event.thread);
  }
  private later(thread: number): void {
    this.due.add(thread);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const due = [...this.due];
      this.due.clear();
      if (due.includes(0) || due.length > mostAtOnce) void this.refresh();
      else for (const one of due) void this.lookUp(one);
    }, gather);
  }
  /** The newest page again, over what is here. */
  private async refresh(): Promise<void> {
    if (this.rows.length <= page) return this.load();
    try {
      const answer = await call('list_inbox', { query: { view: this.view, tag: this.tag || undefined, limit: page } });
      let rows: readonly ThreadRow[] = this.rows;
      for (const row of answer.items ?? []) rows = placed(rows, row, this.next !== null);
      this.rows = [...rows];
    } catch {
      // The next change tries again.
    }
  }
  private async lookUp(thread: number): Promise<void> {
    try {
      const answer = await call('read_thread', { path: { thread }, query: { words: 0 } });
      if (this.over) return;
      this.put(answer.thread);
      if (answer.thread.thread !== thread) this.drop(thread);
    } catch (error) {
      if (!this.over && error instanceof Problem && error.status === 404) this.drop(thread);
    }
  }
  /** A row as it is now: from the program, or as somebody here just made it. */
  put(row: ThreadRow): void {
    const tagged = !this.tag || (row.tags ?? []).includes(this.tag);
    const here = this.rows.some((one) => one.thread === row.thread);
    const fits = tagged ? belongs(row, this.view, this.login) : false;
    // A view that only the program can judge: known rows stay, others come with the next load.
    if (fits === false || (fits === null && !here)) {
      if (!here) return;
      if (!this.held(row.thread)) return this.drop(row.thread);
      this.gone = new Set([...this.gone, row.thread]);
      this.rows = this.rows.map((one) => (one.thread === row.thread ? row : one));
      return;
    }
    if (this.gone.has(row.thread)) this.gone = new Set([...this.gone].filter((one) => one !== row.thread));
    this.rows = placed(this.rows, row, this.next !== null);
  }
  drop(thread: number): void {
    this.rows = this.rows.filter((row) => row.thread !== thread);
    if (this.gone.has(thread)) this.gone = new Set([...this.gone].filter((one) => one !== thread));
  }
  /** Rows that left the view and that nobody looks at any more. */
  sweep(): void {
    const left = [...this.gone].filter((thread) => !this.held(thread));
    if (left.length === 0) return;
    this.rows = this.rows.filter((row) => !left.includes(row.thread));
    this.gone = new Set([...this.gone].filter((thread) => !left.includes(thread)));
  }
  find(thread: number): ThreadRow | undefined {
    return this.rows.find((row) => row.thread === thread);
  }
  stop(): void {
    this.over = true;
    this.turn++;
    clearTimeout(this.timer);
  }
}
