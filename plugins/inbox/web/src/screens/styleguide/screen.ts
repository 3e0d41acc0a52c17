import type { Screen } from '../../screens';

export default {
  name: 'styleguide',
  routes: [{ path: '/styleguide', load: () => import('./Styleguide.svelte') }],
} satisfies Screen;
