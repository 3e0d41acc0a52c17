import { composerKeys } from '../../composer/keys';
import type { Screen } from '../../screens';
import { words } from '../../words/words';
import { customerKeys } from './keys';
import { customerWords } from './words';

export default {
  name: 'customer',
  routes: [
    { path: '/customers', load: () => import('./Customers.svelte'), permission: 'read' },
    { path: '/customers/:id', load: () => import('./Customer.svelte'), permission: 'read' },
  ],
  nav: [{ path: '/customers', icon: 'people', label: () => words.now.customers.title, order: 20, permission: 'read' }],
  keys: [...customerKeys, ...composerKeys],
  words: customerWords,
} satisfies Screen;
