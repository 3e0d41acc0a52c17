import { describe, expect, it } from 'vitest';
import { bestLanguage, languages, list, number, plural, type Language } from './speech.svelte';

type Tree = Record<string, unknown>;
const modules = import.meta.glob<{ default: Tree }>(['./{en,de,fr,es}.ts', '../screens/*/words/{en,de,fr,es}.ts', '../composer/words/{en,de,fr,es}.ts', '../mail/words/{en,de,fr,es}.ts'], { eager: true });

/** Every word with its path; functions are called with numbers and names. */
function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    const here = path + '/' + key;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') {
      const said = [0, 1, 2, 5].flatMap((n) => {
        const args = Array.from({ length: Math.max(1, value.length) }, (_, i) => (i === 0 ? n : n + 1));
        return String((value as (...a: unknown[]) => unknown)(...args));
      });
      return [[here, said.join(' ')]];
    }
    return leaves(value as Tree, here);
  });
}
const of = (folder: string, language: string) => modules[Object.keys(modules).find((path) => path === `${folder}/${language}.ts`) ?? '']?.default;
const folders = [...new Set(Object.keys(modules).map((path) => path.replace(/\/\w+\.ts$/, '')))];

describe('words', () => {
  it('are there in every language, for every screen', () => {
    expect(folders.length).toBeGreaterThan(2);
    for (const folder of folders) {
      const shape = leaves(of(folder, 'en')).map(([path]) => path);
      for (const language of Object.keys(languages)) {
        const tree = of(folder, language);
        expect(tree, `${folder} ${language}`).toBeTruthy();
        expect(leaves(tree).map(([path]) => path)).toEqual(shape);
      }
    }
  });
  it('say something everywhere, and no placeholder is left in them', () => {
    for (const folder of folders)
      for (const language of Object.keys(languages))
        for (const [path, text] of leaves(of(folder, language))) {
          expect(text.trim(), `${folder}/${language}${path}`).not.toBe('');
          expect(text, `${folder}/${language}${path}`).not.toMatch(/\bundefined\b|\[object|TODO/);
        }
  });
  it('are other words in other languages', () => {
    for (const folder of folders) {
      const en = new Map(leaves(of(folder, 'en')));
      for (const language of ['de', 'fr', 'es']) {
        const all = leaves(of(folder, language));
        const same = all.filter(([path, text]) => en.get(path) === text).length;
        expect(same / all.length, `${folder} ${language}`).toBeLessThan(0.25);
      }
    }
  });
});

describe('speech', () => {
  it('takes the first language it knows', () => {
    expect(bestLanguage(['pt-BR', 'de-AT', 'en'])).toBe('de');
    expect(bestLanguage(['ja'])).toBe('en');
    expect(bestLanguage([])).toBe('en');
  });
  it('counts as each language counts', () => {
    const forms = { one: '# thread', other: '# threads' };
    expect([0, 1, 2].map((n) => plural(n, forms, 'en'))).toEqual(['0 threads', '1 thread', '2 threads']);
    expect(plural(0, { one: '# fil', other: '# fils' }, 'fr')).toBe('0 fil');
    expect(plural(0, { zero: 'none', other: '#' }, 'en')).toBe('none');
    expect(number(12345, 'de' as Language)).toBe('12.345');
    expect(list(['a', 'b', 'c'], 'es')).toBe('a, b y c');
  });
});
