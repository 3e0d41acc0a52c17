import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isTyping, Keys, next, pressOf } from './keys.svelte';

const label = () => '';
const group = () => '';
const event = (key: string, more: Partial<KeyboardEvent> & { target?: EventTarget } = {}) => {
  const out = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...more } as KeyboardEventInit);
  Object.defineProperty(out, 'target', { value: more.target ?? document.body });
  return out;
};

describe('a press', () => {
  it('is written as the table writes it', () => {
    expect(pressOf(event('j'))).toBe('j');
    expect(pressOf(event('J', { shiftKey: true }))).toBe('Shift+J');
    expect(pressOf(event('?', { shiftKey: true }))).toBe('?');
    expect(pressOf(event('k', { ctrlKey: true }))).toBe('Ctrl+K');
    expect(pressOf(event('k', { metaKey: true }))).toBe('Ctrl+K');
    expect(pressOf(event(' '))).toBe('Space');
    expect(pressOf(event('ArrowDown', { shiftKey: true }))).toBe('Shift+ArrowDown');
    expect(pressOf(event('1', { altKey: true }))).toBe('Alt+1');
  });
  it('is typing in boxes and not on buttons', () => {
    expect(isTyping(document.createElement('textarea'))).toBe(true);
    const box = document.createElement('input');
    expect(isTyping(box)).toBe(true);
    box.type = 'checkbox';
    expect(isTyping(box)).toBe(false);
    expect(isTyping(document.createElement('button'))).toBe(false);
    expect(isTyping(null)).toBe(false);
  });
});

describe('the keys table', () => {
  let keys: Keys;
  beforeEach(() => {
    keys = new Keys();
    keys.list([
      { id: 'down', press: ['j', 'ArrowDown'], label, group },
      { id: 'back', press: 'Escape', label, group, whileTyping: true },
      { id: 'go', press: 'g i', label, group },
      { id: 'space', press: 'Space', label, group },
      { id: 'palette', press: 'Ctrl+K', label, group, whileTyping: true },
    ]);
  });

  it('runs what was claimed, once, and nothing that nobody claims', () => {
    const down = vi.fn();
    const release = keys.claim({ down });
    const pressed = event('j');
    keys.handle(pressed);
    expect(down).toHaveBeenCalledTimes(1);
    expect(pressed.defaultPrevented).toBe(true);
    release();
    const free = event('j');
    keys.handle(free);
    expect(down).toHaveBeenCalledTimes(1);
    expect(free.defaultPrevented).toBe(false);
  });
  it('gives the last claim the first turn, and the one before it when that passes', () => {
    const order: string[] = [];
    keys.claim({ back: () => void order.push('screen') });
    keys.claim({
      back: () => {
        order.push('menu');
        return false;
      },
    });
    keys.handle(event('Escape'));
    expect(order).toEqual(['menu', 'screen']);
  });
  it('leaves letters to whoever types, but not Ctrl+K and Escape', () => {
    const box = document.createElement('input');
    const down = vi.fn();
    const palette = vi.fn();
    keys.claim({ down, palette });
    keys.handle(event('j', { target: box }));
    keys.handle(event('k', { ctrlKey: true, target: box }));
    expect(down).not.toHaveBeenCalled();
    expect(palette).toHaveBeenCalledTimes(1);
  });
  it('waits for the second of two presses, and forgets the first in time', () => {
    vi.useFakeTimers();
    const go = vi.fn();
    keys.claim({ go });
    keys.handle(event('g'));
    expect(keys.lead).toBe('g');
    keys.handle(event('i'));
    expect(go).toHaveBeenCalledTimes(1);
    keys.handle(event('g'));
    vi.advanceTimersByTime(2000);
    keys.handle(event('i'));
    expect(go).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });
  it('leaves Space to a button that has the focus, not to a row of a list', () => {
    const space = vi.fn();
    keys.claim({ space });
    keys.handle(event(' ', { target: document.createElement('button') }));
    expect(space).not.toHaveBeenCalled();
    const row = document.createElement('a');
    row.href = '/x';
    row.setAttribute('data-row', '1');
    keys.handle(event(' ', { target: row }));
    expect(space).toHaveBeenCalledTimes(1);
  });
  it('does nothing in the middle of an input method’s word', () => {
    const down = vi.fn();
    keys.claim({ down });
    keys.handle(event('j', { isComposing: true }));
    expect(down).not.toHaveBeenCalled();
  });
  it('keeps single keys away from the screen below an open dialog', () => {
    const dialog = document.createElement('dialog');
    dialog.setAttribute('open', '');
    document.body.append(dialog);
    const down = vi.fn();
    keys.claim({ down });
    keys.handle(event('j'));
    expect(down).not.toHaveBeenCalled();
    dialog.remove();
  });
  it('lists what can be done now', () => {
    keys.claim({ down: () => undefined });
    expect(keys.available().map((row) => row.id)).toEqual(['down']);
  });
});

describe('the next right action', () => {
  it('is the last one offered, and the one before it when that is taken back', () => {
    const first = next.offer({ label: 'open', run: () => undefined });
    const second = next.offer({ label: 'answer', run: () => undefined });
    expect(next.action?.label).toBe('answer');
    second();
    expect(next.action?.label).toBe('open');
    first();
    expect(next.action).toBeNull();
  });
});
