// The words every screen shares.
import type en from './en';
import { wordsOf } from './speech.svelte';

/** The shape of words: any text for a text. */
export type Widened<T> = T extends string ? string : T extends readonly (infer I)[] ? I[] : T extends (...args: infer A) => string ? (...args: A) => string : { [K in keyof T]: Widened<T[K]> };
export type Words = Widened<typeof en>;
export const words = wordsOf<Words>({
  en: () => import('./en'),
  de: () => import('./de'),
  fr: () => import('./fr'),
  es: () => import('./es'),
});
