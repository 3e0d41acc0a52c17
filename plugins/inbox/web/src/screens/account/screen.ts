import { router } from '../../router.svelte';
import type { Screen } from '../../screens';
import { words } from '../../words/words';
import { accountWords } from './words';

export default {
  name: 'account',
  routes: [{ path: '/account', load: () => import('./Account.svelte') }],
  palette: () => [{ id: 'account', label: () => words.now.shell.account, icon: 'person', run: () => router.go('/account') }],
  words: accountWords,
} satisfies Screen;
