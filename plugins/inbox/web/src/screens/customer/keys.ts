// The customer screen's rows of the keys table.
import type { KeyRow } from '../../keys/table';
import { customerWords } from './words';

const w = () => customerWords.now.keys;
const group = () => w().group;

export const customerKeys: KeyRow[] = [
  { id: 'story.next', press: ['Shift+J', 'Alt+ArrowDown'], label: () => w().next, group, quiet: true },
  { id: 'story.previous', press: ['Shift+K', 'Alt+ArrowUp'], label: () => w().previous, group, quiet: true },
  { id: 'story.newest', press: 'End', label: () => w().newest, group, quiet: true },
  { id: 'story.oldest', press: 'Home', label: () => w().oldest, group, quiet: true },
  { id: 'story.reply', press: 'r', label: () => w().reply, group },
  { id: 'story.stranger', press: 'v', label: () => w().stranger, group },
  { id: 'story.scope', press: 'Shift+T', label: () => w().scope, group },
  { id: 'story.merge', press: 'i', label: () => w().merge, group },
  { id: 'story.rights', press: 'Shift+E', label: () => w().erase, group },
];
