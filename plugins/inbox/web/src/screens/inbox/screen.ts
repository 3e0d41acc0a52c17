import { askAhead } from '../../api/client';
import { pageOfThreads, viewOf } from '../../lib/threads';
import { router } from '../../router.svelte';
import type { Screen } from '../../screens';
import { words } from '../../words/words';
import { counts } from './counts.svelte';
import { inboxKeys } from './keys';
import { inboxWords } from './words';

const load = () => import('./Inbox.svelte');

export default {
  name: 'inbox',
  routes: [
    { path: '/inbox', load, permission: 'read' },
    { path: '/inbox/:view', load, permission: 'read' },
    { path: '/inbox/:view/:thread', load, permission: 'read' },
  ],
  nav: [{ path: '/inbox', icon: 'inbox', label: () => words.now.inbox.title, order: 10, permission: 'read', count: () => counts.waiting() }],
  ahead: (path, brand) => {
    const [, , named, thread] = path.split('/');
    if (!thread && !location.search) askAhead('list_inbox', { brand, query: { view: viewOf(named), limit: pageOfThreads } }, []);
  },
  words: inboxWords,
  keys: inboxKeys,
  palette: () => [{ id: 'inbox', label: () => words.now.inbox.title, icon: 'inbox', run: () => router.go('/inbox'), permission: 'read' }],
} satisfies Screen;
