// A list that grows page by page along the API's cursors: new Pages((cursor) => call('list_customers', {query: {cursor}})).
import { Problem } from './client';

export interface Page<T> {
  items: T[];
  next: string | null;
}

export class Pages<T> {
  items = $state.raw<T[]>([]);
  next = $state<string | null>(null);
  loading = $state(false);
  /** False until the first page is here. */
  loaded = $state(false);
  problem = $state.raw<Problem | null>(null);
  private turn = 0;

  constructor(private fetchPage: (cursor: string | undefined) => Promise<Page<T>>) {}

  /** From the start; what is shown stays until the answer is here. */
  async reload(): Promise<void> {
    await this.take(undefined, true);
  }
  async more(): Promise<void> {
    if (this.loading || !this.next) return;
    await this.take(this.next, false);
  }
  private async take(cursor: string | undefined, fresh: boolean): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    try {
      const page = await this.fetchPage(cursor);
      if (turn !== this.turn) return;
      this.items = fresh ? page.items : [...this.items, ...page.items];
      this.next = page.next;
      this.problem = null;
      this.loaded = true;
    } catch (error) {
      if (turn !== this.turn) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'offline', '', '');
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
