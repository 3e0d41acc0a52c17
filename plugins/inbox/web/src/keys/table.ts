// Every key of the app as a row: what is pressed, where it counts, what it does, and its words. Handling, the ? page, the
// palette and the footer read this table; screens add rows in their screen.ts.
export interface KeyRow {
  /** What claim() names: 'inbox.next' */
  id: string;
  /** 'j', 'Enter', 'Ctrl+K', 'Shift+A', '?', or two presses: 'g i'. Several: ['j', 'ArrowDown'] */
  press: string | string[];
  label: () => string;
  /** Heading on the ? page. */
  group: () => string;
  /** Works while a text is being typed (Ctrl+Enter, Ctrl+K, Escape). */
  whileTyping?: boolean;
  /** Not in the palette: moving about. */
  quiet?: boolean;
}
