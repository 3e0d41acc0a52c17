import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import { watchAhead } from './api/ahead';
import App from './App.svelte';
import { kept } from './lib/kept';
import { warm } from './screens';
import { session } from './session.svelte';
import { chosenLanguage, speak } from './words/speech.svelte';
import { words } from './words/words';

const language = chosenLanguage(null);
// Whoever was here before is likely signed in: their screen and what it shows come along with the answer to who they are.
const brand = kept('brand');
watchAhead();
if (brand) warm(location.pathname, language)?.ahead?.(location.pathname, brand);
await Promise.all([words.ready(language), session.look()]);
await speak(chosenLanguage(session.me?.language));
mount(App, { target: document.getElementById('app')! });
