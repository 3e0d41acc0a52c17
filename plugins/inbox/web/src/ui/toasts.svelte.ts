// Short news at the edge of the screen, and the ten seconds in which something can be taken back.
//
//   say('Closed')                                         goes by itself
//   offerUndo({ text: 'Closed', undo: () => reopen() })   with a button, and `u` on the keyboard
//   complain(problem)                                     stays until it's read
import { Problem } from '../api/client';
import { words } from '../words/words';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  undo?: () => void | Promise<void>;
  /** When it goes, by performance.now(); Infinity: when it's closed. */
  until: number;
  seconds: number;
}
export const undoSeconds = 10;

class Toasts {
  all = $state.raw<Toast[]>([]);
  private last = 0;
  private coming: Promise<boolean>[] = [];
  add(toast: Omit<Toast, 'id' | 'until'>): number {
    const id = ++this.last;
    const whole: Toast = { ...toast, id, until: performance.now() + toast.seconds * 1000 };
    this.all = [...this.all.slice(-3), whole];
    if (Number.isFinite(toast.seconds)) setTimeout(() => this.close(id), toast.seconds * 1000);
    return id;
  }
  close(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
  /** An act under way that will offer its undo: who takes back meanwhile means this one. Resolves to whether it did offer. */
  expect(act: Promise<boolean>): void {
    this.coming.push(act);
    void act.finally(() => (this.coming = this.coming.filter((one) => one !== act)));
  }
  /** Takes back the last thing that can be; false when there is none. */
  undoLast(): boolean {
    const next = this.coming.at(-1);
    if (next) {
      void next.then((offered) => void (offered && this.undoLast()));
      return true;
    }
    const last = this.all.findLast((toast) => toast.undo);
    if (!last) return false;
    this.close(last.id);
    void this.run(last);
    return true;
  }
  async run(toast: Toast): Promise<void> {
    this.close(toast.id);
    try {
      await toast.undo?.();
    } catch (error) {
      complain(error);
    }
  }
}
export const toasts = new Toasts();

export function say(text: string, seconds = 4): void {
  toasts.add({ text, tone: 'plain', seconds });
}
export function offerUndo(offer: { text: string; undo: () => void | Promise<void>; seconds?: number }): number {
  return toasts.add({ text: offer.text, tone: 'plain', undo: offer.undo, seconds: offer.seconds ?? undoSeconds });
}
export function wordsOfProblem(error: unknown): string {
  if (error instanceof Problem) return error.kind === 'offline' ? words.now.common.offline : error.words || words.now.common.failed;
  return words.now.common.failed;
}
export function complain(error: unknown): void {
  toasts.add({ text: wordsOfProblem(error), tone: 'bad', seconds: 12 });
}
