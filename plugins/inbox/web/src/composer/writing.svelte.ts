// An answer being written: its words, its files, where it goes, what the program says of it, and its way out.
import { call, newKey, Problem } from '../api/client';
import type { Answer, Message } from '../api/types';
import { DraftKeeper, type Kept } from '../lib/draft';
import { lengthOf, shortened, tooLong } from '../lib/length';
import { session } from '../session.svelte';
import { altRoom, judge, misfit, readFile, ruleFor, type Judged, type OutFile, type Refusal, type Takes } from './files';
import { bodyOf, readyOf, type Finding, type Ready, type Wish } from './shapes';
import { shelfOf } from './shelf';
import type { Way } from './ways';

export interface Stale {
  version: number;
  messages: Message[];
}
export type Outcome = { kind: 'sent'; answer: Answer } | { kind: 'stale' } | { kind: 'refused'; problem: Problem } | { kind: 'nothing' };

export class Writing {
  text = $state('');
  kept = $state<Kept>('saved');
  theirs = $state<string | null>(null);
  files = $state.raw<OutFile[]>([]);
  /** What files go with it, where it goes now. */
  takes = $state.raw<Takes>(null);
  quote = $state(true);
  way = $state.raw<Way | null>(null);
  message = $state<number | undefined>(undefined);
  ready = $state.raw<Ready | null>(null);
  /** Why nothing can leave, as the program said. */
  problem = $state.raw<Problem | null>(null);
  sending = $state(false);
  stale = $state.raw<Stale | null>(null);
  /** The thread's version its author has seen. */
  seen = $state(0);
  private draft: DraftKeeper;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private key = newKey();
  private keyOf = '';

  readonly empty = $derived(this.text.trim() === '');
  readonly limit = $derived.by(() => {
    const own = this.ready?.limit ?? { limit: 0, unit: 'code_points' as const };
    // Beside a picture some sites take fewer words.
    const beside = this.files.length ? (ruleFor(this.files[0], this.takes)?.text ?? 0) : 0;
    return beside > 0 && (own.limit === 0 || beside < own.limit) ? { ...own, limit: beside } : own;
  });
  /** Its files are a message of their own there, without words. */
  readonly alone = $derived(this.files.length > 0 && Boolean(ruleFor(this.files[0], this.takes)?.alone));
  /** Nothing is there that could leave. */
  readonly bare = $derived(this.empty && !this.alone);
  /** Why the files can't go where it goes. */
  readonly fault = $derived<Refusal | null>(misfit(this.files, this.takes) ?? (this.alone && !this.empty ? { why: 'alone' } : null));
  readonly altTooLong = $derived(this.files.some((one) => [...one.alt.trim()].length > this.altOf(one)));
  readonly length = $derived(this.limit.limit > 0 ? lengthOf(this.text, this.limit.unit) : 0);
  readonly tooLong = $derived(tooLong(this.text, this.limit));
  readonly shorter = $derived(this.tooLong ? shortened(this.text, this.limit) : '');
  /** What stops it or wants to be confirmed; length is said by the meter, at once. */
  readonly findings = $derived<Finding[]>(this.empty ? [] : (this.ready?.findings ?? []).filter((one) => one.rule !== 'too_long'));

  constructor(
    readonly thread: number,
    version: number,
    /** Whether what is answered stands in public: before the program has said it. */
    readonly assumed: 'private' | 'public',
    noDraft = false,
  ) {
    this.seen = version;
    this.draft = new DraftKeeper(shelfOf(session.me?.login ?? '', thread, () => this.seen, noDraft), () => this.follow());
  }
  private follow(): void {
    this.kept = this.draft.kept;
    this.theirs = this.draft.theirs;
    if (this.text !== this.draft.text) {
      this.text = this.draft.text;
      this.ask(0);
    }
  }
  async open(): Promise<void> {
    await this.draft.open();
    this.ask(0);
  }
  close(): void {
    clearTimeout(this.timer);
    this.draft.close();
  }
  flush(): void {
    void this.draft.flush();
  }
  lookAtDraft(): void {
    void this.draft.look();
  }
  settleDraft(mine: boolean): void {
    this.draft.settle(mine);
  }
  put(text: string): void {
    // What is on its way is not changed any more.
    if (this.sending) return;
    this.text = text;
    this.draft.type(text);
    this.ask(450);
  }
  discard(): string {
    const was = this.text;
    this.put('');
    this.files = [];
    void this.draft.flush();
    return was;
  }

  get visibility(): 'private' | 'public' {
    if (this.way) return 'private';
    return this.ready?.visibility ?? this.assumed;
  }
  wish(): Wish {
    return {
      // What the box says of who reads it is refused when it isn't so.
      visibility: this.ready?.visibility ? this.visibility : undefined,
      text: this.text,
      message: this.message,
      quote: this.quote,
      account: this.way?.account,
      recipient: this.way?.recipient,
      files: this.files.map((one) => ({ name: one.name, type: one.type || undefined, data: one.data, alt: this.altOf(one) > 0 ? one.alt.trim() || undefined : undefined })),
    };
  }
  /** What the program makes of it, a moment after the last key. */
  ask(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), pause);
  }
  private async look(): Promise<void> {
    const turn = ++this.asked;
    const wish: Wish = { ...this.wish(), files: undefined, text: this.empty ? '…' : this.text };
    try {
      const answer = await call('preview_answer', { path: { thread: this.thread }, body: bodyOf(wish) });
      if (turn !== this.asked) return;
      this.ready = readyOf(answer);
      this.problem = null;
    } catch (error) {
      if (turn !== this.asked || !(error instanceof Problem) || error.status === 0) return;
      // An empty box is told no faults, but that nobody can be answered here is worth knowing before the first word.
      this.problem = error;
    }
  }
  async preview(): Promise<Ready> {
    const answer = await call('preview_answer', { path: { thread: this.thread }, body: bodyOf({ ...this.wish(), files: undefined }) });
    return readyOf(answer);
  }

  async add(files: readonly File[]): Promise<Judged> {
    const judged = judge(files, this.files, this.takes);
    const read = await Promise.all(judged.fit.map(readFile));
    this.files = [...this.files, ...read];
    return judged;
  }
  /** How long a file's description may be where it goes; 0: there is no place for one. */
  altOf(file: OutFile): number {
    return altRoom(file, this.takes);
  }
  describe(file: OutFile, alt: string): void {
    this.files = this.files.map((one) => (one.key === file.key ? { ...one, alt } : one));
  }
  remove(file: OutFile): void {
    this.files = this.files.filter((one) => one.key !== file.key);
  }

  async send(how: { notBefore?: string; confirmed?: boolean; seen?: number } = {}): Promise<Outcome> {
    if (this.sending || this.bare || this.tooLong || this.fault || this.altTooLong) return { kind: 'nothing' };
    this.sending = true;
    this.draft.hold();
    const body = bodyOf({ ...this.wish(), ...how, seen: how.seen ?? this.seen });
    // The same words to the same place are one act, however often it is tried; other words are another.
    const mark = JSON.stringify(body);
    if (mark !== this.keyOf) this.key = newKey();
    this.keyOf = mark;
    try {
      const answer = await call('send_answer', { path: { thread: this.thread }, body, key: this.key });
      this.draft.empty();
      this.files = [];
      this.stale = null;
      this.problem = null;
      return { kind: 'sent', answer };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 409 && Array.isArray(error.more.new_messages)) {
        this.stale = { version: Number(error.more.version ?? this.seen), messages: error.more.new_messages as Message[] };
        return { kind: 'stale' };
      }
      if (error.status !== 0) this.problem = error;
      return { kind: 'refused', problem: error };
    } finally {
      this.sending = false;
      this.draft.resume();
    }
  }
  /** Its author has read what is new. */
  catchUp(version: number): void {
    this.seen = version;
    this.stale = null;
  }
}
