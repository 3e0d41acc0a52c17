import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet, tick } from 'svelte';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { words } from '../words/words';
import Button from './Button.svelte';
import Field from './Field.svelte';
import Menu from './Menu.svelte';
import Tabs from './Tabs.svelte';
import { offerUndo, toasts } from './toasts.svelte';
import VirtualList from './VirtualList.svelte';

beforeAll(() => words.ready('en'));
afterEach(cleanup);
const text = (said: string) => createRawSnippet(() => ({ render: () => `<span>${said}</span>` }));

describe('a menu', () => {
  const items = (run = vi.fn()) => [{ label: 'Assign', run }, { label: 'Snooze' }, 'line' as const, { label: 'Delete', disabled: true }, { label: 'Tag' }];

  it('opens with the arrow, moves, jumps by letter, runs, and gives the focus back', async () => {
    const run = vi.fn();
    render(Menu, { label: 'Actions', items: items(run), icon: 'more' });
    const button = screen.getByRole('button', { name: 'Actions' });
    button.focus();
    await fireEvent.keyDown(button, { key: 'ArrowDown' });
    await tick();
    await tick();
    const menu = screen.getByRole('menu', { name: 'Actions' });
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(document.activeElement?.textContent?.trim()).toBe('Assign');
    await fireEvent.keyDown(menu, { key: 'ArrowUp' });
    expect(document.activeElement?.textContent?.trim()).toBe('Tag');
    await fireEvent.keyDown(menu, { key: 's' });
    expect(document.activeElement?.textContent?.trim()).toBe('Snooze');
    await fireEvent.keyDown(menu, { key: 'Home' });
    await fireEvent.click(document.activeElement!);
    expect(run).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('menu')).toBeNull();
    expect(document.activeElement).toBe(button);
  });
  it('closes by Escape and skips what is off', async () => {
    render(Menu, { label: 'Actions', items: items(), open: true });
    await tick();
    await tick();
    const menu = screen.getByRole('menu');
    await fireEvent.keyDown(menu, { key: 'End' });
    expect(document.activeElement?.textContent?.trim()).toBe('Tag');
    await fireEvent.keyDown(menu, { key: 'ArrowUp' });
    expect(document.activeElement?.textContent?.trim()).toBe('Snooze');
    await fireEvent.keyDown(menu, { key: 'Escape' });
    expect(screen.queryByRole('menu')).toBeNull();
  });
});

describe('tabs', () => {
  it('are one stop; arrows choose, Home and End too', async () => {
    const chosen = vi.fn();
    render(Tabs, { label: 'Parts', value: 'a', onchange: chosen, tabs: [{ id: 'a', label: 'A' }, { id: 'b', label: 'B' }, { id: 'c', label: 'C' }] });
    const list = screen.getByRole('tablist');
    await fireEvent.keyDown(list, { key: 'ArrowLeft' });
    expect(chosen).toHaveBeenLastCalledWith('c');
    await fireEvent.keyDown(list, { key: 'Home' });
    expect(chosen).toHaveBeenLastCalledWith('a');
    expect(screen.getAllByRole('tab').map((tab) => tab.tabIndex)).toEqual([0, -1, -1]);
  });
});

describe('a field', () => {
  it('ties its label, help and problem to the box', () => {
    render(Field, { label: 'Address', value: 'x', help: 'Where it goes', problem: 'Not whole' });
    const box = screen.getByLabelText('Address');
    const described = box.getAttribute('aria-describedby')!.split(' ').map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(['Where it goes', 'Not whole']);
    expect(box.getAttribute('aria-invalid')).toBe('true');
  });
});

describe('a button', () => {
  it('with an icon alone has a name, and a busy one can’t be pressed twice', () => {
    render(Button, { icon: 'close', label: 'Close', busy: true });
    const button = screen.getByRole('button', { name: 'Close' });
    expect((button as HTMLButtonElement).disabled).toBe(true);
  });
  it('with an address is a link', () => {
    render(Button, { href: '/inbox', children: text('Inbox') });
    expect(screen.getByRole('link', { name: 'Inbox' }).getAttribute('href')).toBe('/inbox');
  });
});

describe('a long list', () => {
  it('of 100,000 has a few rows in the page and asks for more near its end', async () => {
    const rows = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    const more = vi.fn();
    const row = createRawSnippet<[{ id: number }, number]>((one) => ({ render: () => `<b data-row="${one().id}">${one().id}</b>` }));
    const list = render(VirtualList<{ id: number }>, { rows, height: 40, key: (one: { id: number }) => one.id, row, label: 'Rows', onend: more });
    await tick();
    expect(document.querySelectorAll('[data-row]').length).toBeLessThan(60);
    expect(more).not.toHaveBeenCalled();
    await list.rerender({ rows: rows.slice(0, 10) });
    await tick();
    expect(more).toHaveBeenCalled();
  });
});

describe('what can be taken back', () => {
  it('is the last thing first, once, and only for a while', async () => {
    vi.useFakeTimers();
    const order: number[] = [];
    offerUndo({ text: 'one', undo: () => void order.push(1) });
    offerUndo({ text: 'two', undo: () => void order.push(2) });
    expect(toasts.undoLast()).toBe(true);
    expect(toasts.undoLast()).toBe(true);
    expect(toasts.undoLast()).toBe(false);
    expect(order).toEqual([2, 1]);
    offerUndo({ text: 'three', undo: () => void order.push(3) });
    vi.advanceTimersByTime(10_500);
    expect(toasts.undoLast()).toBe(false);
    vi.useRealTimers();
  });
  it('is the act under way, as soon as that is done, and never the one before it in its place', async () => {
    const order: string[] = [];
    const act = (name: string, done: Promise<boolean>) => toasts.expect(done.then((ok) => (ok && offerUndo({ text: name, undo: () => void order.push(name) }), ok)));
    offerUndo({ text: 'before', undo: () => void order.push('before') });
    let finish: (ok: boolean) => void = () => undefined;
    act('close', new Promise((done) => (finish = done)));
    expect(toasts.undoLast()).toBe(true);
    expect(order).toEqual([]);
    finish(true);
    await vi.waitFor(() => expect(order).toEqual(['close']));
    // One that fails is not undone, nor is what was before it.
    act('fails', new Promise((done) => (finish = done)));
    toasts.undoLast();
    finish(false);
    await new Promise((done) => setTimeout(done, 5));
    expect(order).toEqual(['close']);
    // Pressed twice: this one and the one before.
    act('tag', new Promise((done) => (finish = done)));
    toasts.undoLast();
    toasts.undoLast();
    finish(true);
    await vi.waitFor(() => expect(order).toEqual(['close', 'tag', 'before']));
  });
});
