import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { session } from './session.svelte';
import { chosenLanguage, speak } from './words/speech.svelte';
import { words } from './words/words';

const language = chosenLanguage(null);
await Promise.all([words.ready(language), session.look()]);
await speak(chosenLanguage(session.me?.language));
mount(App, { target: document.getElementById('app')! });
