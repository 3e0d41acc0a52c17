// Keeps what is being written: on the server a moment after the last key, on this machine while there is no connection,
// and never over somebody's other words without asking. Knows nothing of the page; its owner is told by `onchange`.
export interface Saved {
  text: string;
  etag: string;
}
export type Kept =
  /** Nothing differs from what the server has. */
  | 'saved'
  | 'typing'
  | 'saving'
  /** No connection: it is on this machine and goes up when there is one. */
  | 'local'
  /** It was written elsewhere meanwhile: `theirs` says what. */
  | 'conflict';

export interface Shelf {
  /** null: there is none. Throws {offline: true} when nobody answers. */
  read(): Promise<Saved | null>;
  /** `etag` of what was last seen; 'changed' when something else stands there. "" text throws the draft away. */
  write(text: string, etag: string): Promise<Saved | null | 'changed'>;
  readLocal(): string | null;
  writeLocal(text: string | null): void;
}
export const isOffline = (error: unknown): boolean => Boolean(error && typeof error === 'object' && (error as { offline?: boolean }).offline);

export class DraftKeeper {
  text = '';
  kept: Kept = 'saved';
  theirs: string | null = null;
  private etag = '';
  private onServer = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing = false;
  private over = false;
  private opening = false;
  private held = false;
  private again = 5_000;

  constructor(
    private shelf: Shelf,
    private onchange: () => void,
    private pause = 700,
  ) {}

  /** What was written before, here or elsewhere. What is on this machine alone was typed last. */
  async open(): Promise<void> {
    const local = this.shelf.readLocal();
    this.opening = true;
    try {
      const saved = await this.shelf.read().finally(() => (this.opening = false));
      // Whoever typed before it was here has not seen it.
      if (this.text !== '' && saved?.text && saved.text !== this.text) return this.meet(saved);
      this.etag = saved?.etag ?? '';
      this.onServer = saved?.text ?? '';
      if (this.text === '') this.text = local ?? this.onServer;
      this.set(this.text === this.onServer ? 'saved' : 'typing');
      if (this.kept === 'typing') this.later(0);
    } catch (error) {
      if (this.text === '') this.text = local ?? '';
      this.set(isOffline(error) ? 'local' : 'saved');
    }
  }
  type(text: string): void {
    if (text === this.text && this.kept !== 'local') return;
    this.text = text;
    if (this.kept === 'conflict') return this.onchange();
    if (this.kept === 'local') this.shelf.writeLocal(text);
    else this.set(text === this.onServer && !this.writing ? 'saved' : 'typing');
    this.later(this.pause);
  }
  /** At once, as before the page goes away. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    await this.write();
  }
  /** Somebody said that the draft changed on the server. */
  async look(): Promise<void> {
    if (this.writing || this.over || this.held) return;
    try {
      const saved = await this.shelf.read();
      if (this.writing || this.held || saved?.etag === this.etag || (!saved && !this.onServer)) return;
      const theirs = saved?.text ?? '';
      if (this.text === this.onServer) {
        this.text = theirs;
        this.onServer = theirs;
        this.etag = saved?.etag ?? '';
        this.set('saved');
      } else if (theirs !== this.text) this.meet(saved);
    } catch {
      // The next save finds out.
    }
  }
  /** One of the two texts of a conflict wins. */
  settle(mine: boolean): void {
    if (this.kept !== 'conflict') return;
    if (!mine) this.text = this.theirs ?? '';
    this.theirs = null;
    this.set('typing');
    this.later(0);
  }
  /** It is on its way: what isn't saved yet waits for how that ends, so that no draft comes up behind what was sent. */
  hold(): void {
    clearTimeout(this.timer);
    this.held = true;
  }
  /** It is known how that ended. */
  resume(): void {
    this.held = false;
    if (this.kept === 'typing' || this.kept === 'local') this.later(0);
  }
  /** It went, or is thrown away: nothing more is saved until somebody types again. */
  empty(): void {
    clearTimeout(this.timer);
    this.text = '';
    this.onServer = '';
    this.etag = '';
    this.theirs = null;
    this.shelf.writeLocal(null);
    this.set('saved');
  }
  close(): void {
    clearTimeout(this.timer);
    if (this.kept === 'typing') void this.write();
    this.over = true;
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    if (!this.over) this.timer = setTimeout(() => void this.write(), ms);
  }
  private async write(): Promise<void> {
    if (this.writing || this.opening || this.held || this.kept === 'conflict') return;
    const text = this.text;
    if (text === this.onServer) {
      this.shelf.writeLocal(null);
      return this.set('saved');
    }
    this.writing = true;
    if (this.kept !== 'local') this.set('saving');
    try {
      const answer = await this.shelf.write(text, this.etag);
      if (answer === 'changed') {
        const theirs = await this.shelf.read();
        this.writing = false;
        return this.meet(theirs);
      }
      this.onServer = text;
      this.etag = answer?.etag ?? '';
      this.again = 5_000;
      this.shelf.writeLocal(null);
      this.writing = false;
      this.set(this.text === text ? 'saved' : 'typing');
      if (this.text === text) return;
      // Nobody is there any more to wait for the next key.
      if (this.over) void this.write();
      else this.later(this.pause);
    } catch {
      // Whatever was wrong, the words are safe here and are tried again.
      this.writing = false;
      this.shelf.writeLocal(this.text);
      this.set('local');
      this.later(this.again);
      this.again = Math.min(60_000, this.again * 2);
    }
  }
  private meet(saved: Saved | null): void {
    this.etag = saved?.etag ?? '';
    this.onServer = saved?.text ?? '';
    if (this.onServer === this.text) return this.set('saved');
    if (this.onServer === '') {
      this.set('typing');
      return this.later(0);
    }
    this.theirs = this.onServer;
    this.set('conflict');
  }
  private set(kept: Kept): void {
    this.kept = kept;
    this.onchange();
  }
}
