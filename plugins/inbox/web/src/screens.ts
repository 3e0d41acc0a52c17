// What a screen is. Each folder of screens/ has a screen.ts whose default export is one of these; adding a screen touches
// nothing else.
import type { Component } from 'svelte';
import type { KeyRow } from './keys/table';
import { fits } from './router.svelte';
import type { Permission } from './session.svelte';
import { speech, type Language, type LocalWords } from './words/speech.svelte';
import type { IconName } from './ui/icons';

export interface RouteRow {
  /** '/customers/:id'; a last '*' takes the rest as `rest` */
  path: string;
  /** The component gets the path's words as props, and `query`. */
  load: () => Promise<{ default: Component<any> }>;
  permission?: Permission;
}
export interface NavRow {
  path: string;
  icon: IconName;
  label: () => string;
  /** Left edge from top to bottom: inbox 10, customers 20, settings 90 */
  order: number;
  permission?: Permission;
  /** A number beside it, or nothing. */
  count?: () => number | null;
}
export interface PaletteRow {
  id: string;
  label: () => string;
  icon?: IconName;
  run: () => void;
  permission?: Permission;
}
export interface Screen {
  name: string;
  routes: RouteRow[];
  nav?: NavRow[];
  /** Asks for what the screen shows first, before it is there: for the brand they worked in last. */
  ahead?: (path: string, brand: string) => void;
  /** Loaded before the screen is shown. */
  words?: LocalWords<unknown>;
  /** Rows of the keys table, listed by ? and the palette; handled by claim() while their screen is there. */
  keys?: KeyRow[];
  palette?: () => PaletteRow[];
}

const found = import.meta.glob<{ default: Screen }>('./screens/*/screen.ts', { eager: true });
export const screens: Screen[] = Object.values(found).map((module) => module.default);

/** Brings a screen that is likely wanted next, while nobody waits for it. */
export function warm(path: string, language: Language = speech.language): Screen | undefined {
  const at = path === '/' ? '/inbox' : path;
  for (const screen of screens)
    for (const row of screen.routes)
      if (fits(row.path, at)) {
        row.load().catch(() => undefined);
        screen.words?.ready(language).catch(() => undefined);
        return screen;
      }
}
