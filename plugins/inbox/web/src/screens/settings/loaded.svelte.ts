// One answer of the API that a page shows: loaded, loaded again, or why not. What is shown stays until the next is here.
import { Problem } from '../../api/client';

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<Problem | null>(null);
  private turn = 0;

  constructor(private ask: () => Promise<T>) {}

  async reload(): Promise<void> {
    const turn = ++this.turn;
    try {
      const value = await this.ask();
      if (turn !== this.turn) return;
      this.value = value;
      this.problem = null;
    } catch (error) {
      if (turn === this.turn) this.problem = error instanceof Problem ? error : new Problem(0, 'broken', '', '');
    }
  }
}
