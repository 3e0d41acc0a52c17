import type { Screen } from '../../screens';
import { words } from '../../words/words';

export default {
  name: 'inbox',
  routes: [
    { path: '/inbox', load: () => import('./Inbox.svelte'), permission: 'read' },
    { path: '/inbox/:view', load: () => import('./Inbox.svelte'), permission: 'read' },
    { path: '/inbox/:view/:thread', load: () => import('./Inbox.svelte'), permission: 'read' },
  ],
  nav: [{ path: '/inbox', icon: 'inbox', label: () => words.now.inbox.title, order: 10, permission: 'read' }],
} satisfies Screen;
