import type { Screen } from '../../screens';
import { settingsWords } from '../settings/words';
import { setupWords } from './words';

// The forms of the settings come along, and so do their words.
const both = {
  get now() {
    return setupWords.now;
  },
  ready: async (language?: Parameters<typeof setupWords.ready>[0]) => void (await Promise.all([setupWords.ready(language), settingsWords.ready(language)])),
};

export default {
  name: 'setup',
  routes: [
    { path: '/welcome', load: () => import('./Welcome.svelte') },
    { path: '/welcome/:step', load: () => import('./Welcome.svelte') },
  ],
  words: both,
} satisfies Screen;
