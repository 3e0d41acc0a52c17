import type { Screen } from '../../screens';
import { words } from '../../words/words';
import { searchWords } from './words';

const group = () => words.now.keys.groups.list;

export default {
  name: 'search',
  routes: [{ path: '/search', load: () => import('./Search.svelte'), permission: 'read' }],
  nav: [{ path: '/search', icon: 'search', label: () => words.now.keys.search, order: 15, permission: 'read' }],
  words: searchWords,
  keys: [
    { id: 'search.next', press: ['j', 'ArrowDown'], label: () => searchWords.now.next, group, quiet: true },
    { id: 'search.previous', press: ['k', 'ArrowUp'], label: () => searchWords.now.previous, group, quiet: true },
    { id: 'search.open', press: 'Enter', label: () => searchWords.now.open, group, quiet: true },
  ],
} satisfies Screen;
