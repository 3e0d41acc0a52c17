// Handles the keys table. Whoever can do what a row says claims it while it can:
//
//   $effect(() => claim({ 'inbox.next': next, 'inbox.open': open }));
//
// The last to claim wins, so a dialog's Escape goes before the screen's. Single letters don't count while a text is typed.
import { untrack } from 'svelte';
import type { KeyRow } from './table';

export type Handler = () => void | false;

/** The event as the table writes it: 'Ctrl+K', 'Shift+ArrowDown', 'j', '?'. */
export function pressOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'Space' : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  const letter = key.length === 1;
  // Shift is part of a character ('?', 'D' is written Shift+D); for named keys and with Ctrl it is said.
  if (event.shiftKey && (!letter || /^[a-z]$/i.test(key))) parts.push('Shift');
  const plain = letter && /^[a-z]$/i.test(key) ? (parts.length ? key.toUpperCase() : key.toLowerCase()) : key;
  return [...parts, plain].join('+');
}

export function isTyping(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null;
  if (!el?.tagName) return false;
  if (el.isContentEditable || el.tagName === 'TEXTAREA' || el.tagName === 'SELECT') return true;
  return el.tagName === 'INPUT' && !['checkbox', 'radio', 'button', 'submit', 'range'].includes((el as HTMLInputElement).type);
}
// Space and Enter belong to the control that has the focus.
function ownsPress(target: EventTarget | null, press: string): boolean {
  const el = target as HTMLElement | null;
  if (!el?.closest || (press !== 'Space' && press !== 'Enter')) return false;
  const control = el.closest('button, a[href], summary, input, [role="menuitem"], [role="option"], [role="tab"], [role="button"]');
  return control !== null && !control.hasAttribute('data-row');
}

const pressesOf = (row: KeyRow) => (typeof row.press === 'string' ? [row.press] : row.press);

export class Keys {
  rows = $state.raw<KeyRow[]>([]);
  /** The first of two presses, while the second is awaited. */
  lead = $state('');
  private claims: { id: string; run: Handler }[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts up with every claim and release, so that lists of what can be done now are fresh. */
  turn = $state(0);

  list(rows: KeyRow[]): void {
    this.rows = [...this.rows.filter((row) => !rows.some((r) => r.id === row.id)), ...rows];
  }
  claim(handlers: Record<string, Handler>): () => void {
    const mine = Object.entries(handlers).map(([id, run]) => ({ id, run }));
    this.claims.push(...mine);
    queueMicrotask(() => this.turn++);
    return () => {
      this.claims = this.claims.filter((claim) => !mine.includes(claim));
      queueMicrotask(() => this.turn++);
    };
  }
  /** Rows somebody can do now. */
  available(): KeyRow[] {
    void this.turn;
    const ids = new Set(this.claims.map((claim) => claim.id));
    return this.rows.filter((row) => ids.has(row.id));
  }
  run(id: string): boolean {
    for (let i = this.claims.length - 1; i >= 0; i--) {
      if (this.claims[i].id === id && this.claims[i].run() !== false) return true;
    }
    return false;
  }
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || event.key === 'Shift' || event.key === 'Control') return;
    const press = pressOf(event);
    const typing = isTyping(event.target);
    const full = this.lead ? this.lead + ' ' + press : press;
    this.expect('');
    if (!typing && ownsPress(event.target, press)) return;
    const usable = this.rows.filter((row) => !typing || row.whileTyping);
    const dialog = document.querySelector('dialog[open]');
    if (dialog && !event.ctrlKey && !event.metaKey && press !== 'Escape') return;
    for (let i = this.claims.length - 1; i >= 0; i--) {
      const row = usable.find((r) => r.id === this.claims[i].id && pressesOf(r).includes(full));
      if (!row) continue;
      if (this.claims[i].run() === false) continue;
      event.preventDefault();
      return;
    }
    const claimed = new Set(this.claims.map((c) => c.id));
    if (!typing && full === press && usable.some((row) => claimed.has(row.id) && pressesOf(row).some((p) => p.startsWith(press + ' ')))) {
      event.preventDefault();
      this.expect(press);
    }
  }
  private expect(lead: string): void {
    clearTimeout(this.timer);
    this.lead = lead;
    if (lead) this.timer = setTimeout(() => (this.lead = ''), 1500);
  }
}

export const keys = new Keys();
export const claim = (handlers: Record<string, Handler>) => keys.claim(handlers);

export interface NextAction {
  label: string;
  run: () => void;
}
/**
 * The next right action: what Space does, named in the footer. Offered while it's right; the last offer counts:
 *
 *   $effect(() => next.offer({ label: `answer ${name}`, run: reply }))
 */
class Next {
  private offers = $state.raw<NextAction[]>([]);
  get action(): NextAction | null {
    return this.offers.at(-1) ?? null;
  }
  offer(action: NextAction): () => void {
    untrack(() => (this.offers = [...this.offers, action]));
    return () => untrack(() => (this.offers = this.offers.filter((one) => one !== action)));
  }
}
export const next = new Next();

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
/** As it stands on a keycap. */
export function caps(press: string): string[] {
  const names: Record<string, string> = {
    Ctrl: mac ? '⌘' : 'Ctrl',
    Alt: mac ? '⌥' : 'Alt',
    Shift: '⇧',
    ArrowDown: '↓',
    ArrowUp: '↑',
    ArrowLeft: '←',
    ArrowRight: '→',
    Enter: '↵',
    Escape: 'Esc',
  };
  return press.split(' ').map((one) => one.split('+').map((part) => names[part] ?? part).join(mac ? '' : ' '));
}
