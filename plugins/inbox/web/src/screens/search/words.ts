import { wordsOf } from '../../words/speech.svelte';
import type { Widened } from '../../words/words';
import type en from './words/en';

export type SearchWords = Widened<typeof en>;
export const searchWords = wordsOf<SearchWords>({
  en: () => import('./words/en'),
  de: () => import('./words/de'),
  fr: () => import('./words/fr'),
  es: () => import('./words/es'),
});
