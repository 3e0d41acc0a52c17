// Which language the page speaks, and how. The words themselves are in en.ts (the shape), de.ts, fr.ts, es.ts; a screen may
// bring its own: wordsOf({ en: () => import('./words/en'), … }) beside it, named in its screen.ts.
//
//   const w = $derived(words.now.inbox);            {w.empty}   {w.selected(3)}
import { keep, kept } from '../lib/kept';

export const languages = { en: 'English', de: 'Deutsch', fr: 'Français', es: 'Español' } as const;
export type Language = keyof typeof languages;
const rightToLeft = new Set<string>(['ar', 'he', 'fa', 'ur']);

export function bestLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    if (base in languages) return base as Language;
  }
  return 'en';
}

class Speech {
  language = $state<Language>('en');
  /** For Intl: the browser's own tag when it fits (en-GB), else the language. */
  get tag(): string {
    const own = navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === this.language);
    return own ?? this.language;
  }
}
export const speech = new Speech();

export interface LocalWords<W> {
  readonly now: W;
  ready(language?: Language): Promise<void>;
}
type Module<W> = { default: W };
const all = new Set<LocalWords<unknown>>();

/** Words of a screen. `ready()` before the first use (the router does it for those a screen.ts names). */
export function wordsOf<W>(loaders: Record<Language, () => Promise<Module<W>>>): LocalWords<W> {
  const known = new Map<Language, W>();
  let current = $state.raw<W | null>(null);
  const out: LocalWords<W> = {
    get now() {
      if (current === null) throw new Error('words are not loaded yet: await ready()');
      return current;
    },
    async ready(language = speech.language) {
      let found = known.get(language);
      if (!found) known.set(language, (found = (await loaders[language]()).default));
      if (language === speech.language) current = found;
      all.add(out);
    },
  };
  return out;
}

export async function speak(language: Language): Promise<void> {
  const before = speech.language;
  speech.language = language;
  try {
    await Promise.all([...all].map((one) => one.ready(language)));
  } catch {
    speech.language = before;
    return;
  }
  document.documentElement.lang = language;
  document.documentElement.dir = rightToLeft.has(language) ? 'rtl' : 'ltr';
}

export function chosenLanguage(own: string | null | undefined): Language {
  const stored = kept('language');
  return bestLanguage([stored ?? '', own ?? '', ...navigator.languages].filter(Boolean));
}
export function chooseLanguage(language: Language): Promise<void> {
  keep('language', language);
  return speak(language);
}

/** plural(n, { one: '# thread', other: '# threads' }) */
export function plural(n: number, forms: { one?: string; other: string; zero?: string; few?: string; many?: string; two?: string }, language?: string): string {
  const tag = language ?? speech.language;
  const form = n === 0 && forms.zero !== undefined ? forms.zero : (forms[new Intl.PluralRules(tag).select(n)] ?? forms.other);
  return form.replace('#', number(n, tag));
}
export function number(n: number, language?: string): string {
  return new Intl.NumberFormat(language ?? speech.language).format(n);
}
export function list(items: string[], language?: string): string {
  return new Intl.ListFormat(language ?? speech.language, { type: 'conjunction' }).format(items);
}
