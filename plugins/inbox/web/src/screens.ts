// What a screen is. Each folder of screens/ has a screen.ts whose default export is one of these; adding a screen touches
// nothing else.
import type { Component } from 'svelte';
import type { KeyRow } from './keys/table';
import type { Permission } from './session.svelte';
import type { LocalWords } from './words/speech.svelte';
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
  /** Loaded before the screen is shown. */
  words?: LocalWords<unknown>;
  /** Rows of the keys table, listed by ? and the palette; handled by claim() while their screen is there. */
  keys?: KeyRow[];
  palette?: () => PaletteRow[];
}

const found = import.meta.glob<{ default: Screen }>('./screens/*/screen.ts', { eager: true });
export const screens: Screen[] = Object.values(found).map((module) => module.default);
