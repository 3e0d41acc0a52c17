import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { kept } from './lib/kept';
import { fits } from './router.svelte';
import { screens } from './screens';
import { session } from './session.svelte';
import { chosenLanguage, speak, type Language } from './words/speech.svelte';
import { words } from './words/words';

function warm(path: string, language: Language): void {
  for (const screen of screens)
    for (const row of screen.routes)
      if (fits(row.path, path === '/' ? '/inbox' : path)) {
        row.load().catch(() => undefined);
        screen.words?.ready(language).catch(() => undefined);
        return;
      }
}
const language = chosenLanguage(null);
// Whoever was here before is likely signed in: their screen comes along with the answer to who they are.
if (kept('brand')) warm(location.pathname, language);
await Promise.all([words.ready(language), session.look()]);
await speak(chosenLanguage(session.me?.language));
mount(App, { target: document.getElementById('app')! });
