import type { Screen } from '../../screens';
import { words } from '../../words/words';

export default {
  name: 'customer',
  routes: [
    { path: '/customers', load: () => import('./Customers.svelte'), permission: 'read' },
    { path: '/customers/:id', load: () => import('./Customer.svelte'), permission: 'read' },
  ],
  nav: [{ path: '/customers', icon: 'people', label: () => words.now.customers.title, order: 20, permission: 'read' }],
} satisfies Screen;
