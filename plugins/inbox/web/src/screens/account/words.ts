import { wordsOf } from '../../words/speech.svelte';
import type { Widened } from '../../words/words';
import type en from './words/en';

export const accountWords = wordsOf<Widened<typeof en>>({
  en: () => import('./words/en'),
  de: () => import('./words/de'),
  fr: () => import('./words/fr'),
  es: () => import('./words/es'),
});
