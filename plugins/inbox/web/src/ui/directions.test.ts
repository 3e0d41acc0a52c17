// Screens are laid out along the text, so that they turn round by themselves where it runs from right to left: no style
// names a left or a right.
import { describe, expect, it } from 'vitest';

const sources = import.meta.glob<string>(['../**/*.svelte', '../**/*.css', '../mail/frame.ts'], { query: '?raw', import: 'default', eager: true });

/** What may stand, and why. */
const allowed = new Map([['./base.css direction: ltr', 'Keycaps read as they stand on a keyboard: Ctrl, then Enter']]);

const sides = /^(?:left|right|(?:scroll-)?(?:margin|padding)-(?:left|right)|border-(?:left|right)(?:-\w+)*|border-(?:top|bottom)-(?:left|right)-radius)$/;
const turned: Record<string, RegExp> = {
  'text-align': /\b(?:left|right)\b/,
  float: /\b(?:left|right)\b/,
  clear: /\b(?:left|right)\b/,
  'transform-origin': /\b(?:left|right)\b/,
  'background-position': /\b(?:left|right)\b/,
  'object-position': /\b(?:left|right)\b/,
  transform: /translate(?:X|3d)?\(\s*-?[1-9.]/,
  translate: /^-?[1-9.]/,
  background: /linear-gradient\(\s*(?:to (?:left|right)|-?(?:90|270)deg)/,
  direction: /./,
};
/** The values of a property with four of them: functions and calc() count as one. */
const parts = (value: string) => value.replace(/\/.*$/, '').match(/(?:[\w-]*\((?:[^()]|\([^()]*\))*\)|[^\s()]+)/g) ?? [];

export function physical(styles: string): string[] {
  const out: string[] = [];
  for (const [, name, given] of styles.replace(/\/\*[^]*?\*\//g, '').matchAll(/(?:^|[;{\s])([a-z-]+):\s*([^;{}]+)(?=[;}])/g)) {
    const value = given.trim();
    const four = /^(?:margin|padding|inset|border-(?:width|style|color))$/.test(name) ? parts(value) : [];
    const corners = name === 'border-radius' ? parts(value) : [];
    if (sides.test(name) || turned[name]?.test(value) || (four.length === 4 && four[1] !== four[3]) || (corners.length > 1 && (corners[0] !== corners[1] || (corners[2] ?? corners[0]) !== (corners[3] ?? corners[1])))) out.push(`${name}: ${value}`);
  }
  return out;
}
const stylesOf = (path: string, text: string): string =>
  path.endsWith('.svelte') ? [...text.matchAll(/<style[^>]*>([^]*?)<\/style>/g)].map((found) => found[1]).join('\n') + [...text.matchAll(/style:([a-z-]+)=/g)].map((found) => `;${found[1]}: given;`).join('') : text;

describe('styles', () => {
  it('are all looked at', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(80);
    expect(Object.entries(sources).filter(([path, text]) => !path.endsWith('.svelte') && text.length < 1000)).toEqual([]);
    expect(Object.entries(sources).filter(([path, text]) => path.endsWith('.svelte') && stylesOf(path, text).length > 100).length).toBeGreaterThan(60);
  });
  it('name no left and no right', () => {
    const found = Object.entries(sources).flatMap(([path, text]) => physical(stylesOf(path, text)).map((one) => `${path} ${one}`));
    expect(found.filter((one) => !allowed.has(one))).toEqual([]);
    expect([...allowed.keys()].filter((one) => !found.includes(one))).toEqual([]);
  });
  it('that do would be found', () => {
    const bad = 'a { margin-left: 1px; } b { left: 0; text-align: right } c { padding: 1px 2px 3px 4px; } d { border-radius: 4px 4px 0 0; border-left: 1px solid; transform: translateX(4px); } e { border-radius: 4px 0; }';
    expect(physical(bad)).toEqual(['margin-left: 1px', 'left: 0', 'text-align: right', 'padding: 1px 2px 3px 4px', 'border-left: 1px solid', 'transform: translateX(4px)', 'border-radius: 4px 0']);
    expect(physical('a { margin: 1px 2px 3px 2px; inset: 0; text-align: start; border-radius: 4px; padding-inline: 1px 2px; transform: rotate(90deg) }')).toEqual([]);
  });
});
