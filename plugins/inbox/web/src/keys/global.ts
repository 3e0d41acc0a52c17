// Keys that count on every screen; each screen adds its own rows in its screen.ts.
import { words } from '../words/words';
import type { KeyRow } from './table';

const everywhere = () => words.now.keys.groups.everywhere;
const go = () => words.now.keys.groups.go;

export const globalKeys: KeyRow[] = [
  { id: 'next', press: 'Space', label: () => words.now.keys.next, group: everywhere, quiet: true },
  { id: 'palette', press: 'Ctrl+K', label: () => words.now.keys.palette, group: everywhere, whileTyping: true, quiet: true },
  { id: 'search', press: '/', label: () => words.now.keys.search, group: everywhere },
  { id: 'help', press: '?', label: () => words.now.keys.help, group: everywhere },
  { id: 'undo', press: ['u', 'Ctrl+Z'], label: () => words.now.keys.undo, group: everywhere },
  { id: 'back', press: 'Escape', label: () => words.now.keys.back, group: everywhere, whileTyping: true, quiet: true },
  { id: 'go.inbox', press: 'g i', label: () => words.now.keys.goInbox, group: go },
  { id: 'go.customers', press: 'g t', label: () => words.now.keys.goCustomers, group: go },
  { id: 'go.settings', press: 'g s', label: () => words.now.keys.goSettings, group: go },
];
