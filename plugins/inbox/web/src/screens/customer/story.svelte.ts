// Everything the stream shows, as it comes: a thread, or all of a customer page by page from the newest on. Knows nothing
// of how it looks.
import { SvelteMap } from 'svelte/reactivity';
import { askAhead, call, Problem } from '../../api/client';
import type { LiveEvent } from '../../api/live';
import type { Customer, TimelineEntry as Entry, Event, Message, Note, Thread, Timeline, Update, Words } from '../../api/types';
import { itemsOf } from './entries';

/** What fills a window, soon; then more at a time. */
const firstPage = 24;
const pageSize = 50;
const atOnce = 4;
const firstWords = 12;

type Told = Timeline & { items?: (Entry & { words?: Words | null })[]; notes?: { thread: number; note: Note }[]; updates?: Update[] };

export class Story {
  customer = $state.raw<Customer | null>(null);
  /** The thread an answer goes to. */
  thread = $state.raw<Thread | null>(null);
  problem = $state.raw<Problem | null>(null);
  loaded = $state(false);
  /** All of the first look is here, the thread to answer in too. */
  arrived = $state(false);
  loadingOlder = $state(false);
  next = $state<string | null>(null);
  stranger = $state(false);
  /** Mails whose frame isn't drawn yet. */
  drawing = 0;
  readonly words = new SvelteMap<number, Words | null>();
  readonly updates = new SvelteMap<number, Update>();
  private messages = $state.raw(new Map<number, Message>());
  private events = $state.raw(new Map<number, Event>());
  private notes = $state.raw(new Map<number, { thread: number; note: Note }>());
  readonly items = $derived(itemsOf({ messages: this.messages.values(), events: this.events.values(), notes: this.notes.values() }, this.stranger));
  readonly count = $derived(this.messages.size);
  private turn = 0;
  private asked = new Set<number>();
  private queue: number[] = [];
  private running = 0;

  constructor(
    readonly threadId: number | undefined,
    readonly customerId: number | undefined,
  ) {}

  find(message: number): Message | undefined {
    return this.messages.get(message);
  }
  all(): Message[] {
    return [...this.messages.values()];
  }

  /** From the newest on; what is shown stays until the answer is here. */
  async load(): Promise<void> {
    const turn = ++this.turn;
    try {
      if (this.customerId) await this.loadCustomer(turn, this.customerId);
      else if (this.threadId) await this.loadThread(turn, this.threadId, 30);
      if (turn !== this.turn) return;
      this.problem = null;
      this.loaded = this.arrived = true;
    } catch (error) {
      if (turn !== this.turn || (error instanceof DOMException && error.name === 'AbortError')) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'offline', '', '');
    }
  }
  private async loadThread(turn: number, id: number, words: number): Promise<void> {
    const thread = await call('read_thread', { path: { thread: id }, query: { words } });
    if (turn !== this.turn) return;
    this.takeThread(thread, !this.customerId);
  }
  private takeThread(thread: Thread, whole: boolean): void {
    this.thread = thread;
    if (whole) {
      this.customer = thread.customer;
      this.next = null;
      this.messages = new Map((thread.messages ?? []).map((one) => [one.message.id, one.message]));
      this.events = new Map((thread.events ?? []).map((one) => [one.id, one]));
      this.notes = new Map();
    }
    for (const one of thread.messages ?? []) if (one.words) this.words.set(one.message.id, one.words);
    for (const one of thread.updates ?? []) this.updates.set(one.id, one);
    const notes = new Map([...this.notes].filter(([, one]) => one.thread !== thread.thread.thread));
    for (const note of thread.notes ?? []) notes.set(note.id, { thread: thread.thread.thread, note });
    this.notes = notes;
  }
  private async loadCustomer(turn: number, id: number): Promise<void> {
    const known = this.threadId ? call('read_thread', { path: { thread: this.threadId }, query: { words: 0 } }) : null;
    const [customer, page] = await Promise.all([call('read_customer', { path: { customer: id } }), this.page(id, undefined)]);
    if (turn !== this.turn) return;
    this.customer = customer;
    this.takePage(page, true);
    const thread = this.threadId ?? this.threadToAnswer();
    this.loaded = true;
    const answered = known ? await known : thread ? await call('read_thread', { path: { thread }, query: { words: 0 } }) : null;
    if (turn === this.turn && answered) this.takeThread(answered, false);
  }
  /** The newest one in which the customer wrote. */
  private threadToAnswer(): number | null {
    let newest: Message | null = null;
    for (const one of this.messages.values()) if (one.thread && (!newest || Date.parse(one.at) > Date.parse(newest.at))) newest = one;
    return newest?.thread ?? null;
  }
  async answerIn(thread: number): Promise<void> {
    const turn = this.turn;
    const read = await call('read_thread', { path: { thread }, query: { words: 0 } });
    if (turn === this.turn) this.takeThread(read, false);
  }
  private async page(id: number, cursor: string | undefined): Promise<Told> {
    // A program from before `words` refuses it; then each message is asked for when it comes into view.
    const limit = cursor ? pageSize : firstPage;
    const query = { cursor, limit, words: cursor ? 30 : firstWords };
    try {
      return (await call('read_timeline', { path: { customer: id }, query: wordsUnknown ? { cursor, limit } : query })) as Told;
    } catch (error) {
      if (wordsUnknown || !(error instanceof Problem) || error.status !== 400 && error.status !== 422) throw error;
      wordsUnknown = true;
      return (await call('read_timeline', { path: { customer: id }, query: { cursor, limit } })) as Told;
    }
  }
  private takePage(page: Told, newest: boolean): void {
    const messages = new Map(this.messages);
    const events = new Map(this.events);
    for (const entry of page.items ?? []) {
      if (entry.message) messages.set(entry.message.id, entry.message);
      if (entry.message && entry.words) this.words.set(entry.message.id, entry.words);
      if (entry.event) events.set(entry.event.id, entry.event);
    }
    this.messages = messages;
    this.events = events;
    if (page.notes?.length) this.notes = new Map([...this.notes, ...page.notes.map((one) => [one.note.id, one] as const)]);
    for (const one of page.updates ?? []) this.updates.set(one.id, one);
    if (!newest || !this.loaded) this.next = page.next;
  }
  async older(): Promise<void> {
    if (this.loadingOlder || !this.next || !this.customerId) return;
    this.loadingOlder = true;
    const turn = this.turn;
    try {
      const page = await this.page(this.customerId, this.next);
      if (turn === this.turn) this.takePage(page, false);
    } catch {
      // Scrolling on asks again.
    } finally {
      this.loadingOlder = false;
    }
  }

  /** The words of a message that comes into view; a few at a time. */
  need(message: Message): void {
    if (message.update && !this.updates.has(message.update)) void this.needUpdate(message.update);
    if (this.words.has(message.id) || this.asked.has(message.id)) return;
    this.asked.add(message.id);
    this.queue.push(message.id);
    this.pump();
  }
  private pump(): void {
    while (this.running < atOnce && this.queue.length) {
      const id = this.queue.pop()!;
      this.running++;
      void call('read_message', { path: { message: id } })
        .then((whole) => void this.words.set(id, whole.words))
        .catch(() => void this.asked.delete(id))
        .finally(() => {
          this.running--;
          this.pump();
        });
    }
  }
  private async needUpdate(id: number): Promise<void> {
    if (this.asked.has(-id)) return;
    this.asked.add(-id);
    try {
      this.updates.set(id, (await call('read_update', { path: { update: id } })).update);
    } catch {
      this.asked.delete(-id);
    }
  }
  /** News of an update that a person decided. */
  take(update: Update): void {
    this.updates.set(update.id, update);
  }

  /** Whether an event concerns what is shown here. */
  concerns(event: LiveEvent): boolean {
    if (event.kind === 'resync') return true;
    if (!/^(thread|message|update|note|customer|suggestion)\./.test(event.kind)) return false;
    if (this.customerId && event.customer === this.customerId) return true;
    if (event.thread === undefined) return false;
    if (event.thread === (this.thread?.thread.thread ?? this.threadId)) return true;
    for (const one of this.messages.values()) if (one.thread === event.thread) return true;
    return false;
  }
  /** What an event makes stale before the next load. */
  forget(event: LiveEvent): void {
    const subject = Number(event.subject ?? 0);
    if (event.kind === 'message.changed' && subject) {
      this.words.delete(subject);
      this.asked.delete(subject);
    }
    if (event.kind === 'update.changed' && subject) this.asked.delete(-subject);
    if (event.kind === 'resync') {
      this.words.clear();
      this.asked.clear();
    }
  }
  async refreshUpdate(id: number): Promise<void> {
    this.asked.delete(-id);
    await this.needUpdate(id);
  }
}
let wordsUnknown = false;

/** What a story asks for first, before somebody opens it. */
export function storyAhead(thread: number, customer: number | null): void {
  const about = customer ? [thread, customer] : [thread];
  askAhead('read_thread', { path: { thread }, query: { words: customer ? 0 : 30 } }, about);
  if (!customer) return;
  askAhead('read_customer', { path: { customer } }, about);
  if (!wordsUnknown) askAhead('read_timeline', { path: { customer }, query: { cursor: undefined, limit: firstPage, words: firstWords } }, about);
}
