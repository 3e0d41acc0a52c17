import { router } from '../../router.svelte';
import type { Screen } from '../../screens';
import { words } from '../../words/words';
import { sections } from './sections';
import { settingsWords } from './words';

export default {
  name: 'settings',
  routes: [{ path: '/settings/*', load: () => import('./Settings.svelte') }],
  nav: [{ path: '/settings', icon: 'settings', label: () => words.now.settings.title, order: 90 }],
  keys: [
    { id: 'settings.new', press: 'n', label: () => settingsWords.now.keys.add, group: () => words.now.settings.title },
    { id: 'settings.edit', press: 'e', label: () => settingsWords.now.keys.edit, group: () => words.now.settings.title },
    { id: 'settings.save', press: 'Ctrl+Enter', label: () => settingsWords.now.keys.save, group: () => words.now.settings.title, whileTyping: true },
  ],
  // The words come with the screen; the palette asks for them when it first needs them.
  palette: () => {
    try {
      void settingsWords.now;
    } catch {
      void settingsWords.ready().catch(() => undefined);
      return [];
    }
    return sections.map((one) => ({
      id: 'settings.' + one.id,
      label: () => words.now.settings.title + ': ' + settingsWords.now.sections[one.id],
      icon: one.icon,
      permission: one.permission,
      run: () => router.go('/settings/' + one.id),
    }));
  },
  words: settingsWords,
} satisfies Screen;
