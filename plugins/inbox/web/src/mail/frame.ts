// What fills a mail's frame: a document of its own in a sandbox that runs no script. The page outside measures it.
import { heldSource, heldStyle } from './clean';

// Nothing from anywhere but pictures of the program itself; parsed with the skeleton, before any of the mail is there.
const skeleton =
  '<!doctype html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">' +
  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' data:; style-src 'self'; form-action 'none'; base-uri 'none'\">" +
  '</head><body></body></html>';

type Policy = { createHTML: (text: string) => unknown };
let policy: Policy | null = null;
/** The one text that is ever given to a frame as markup, under the page's rule that texts don't become markup unseen. */
export function frameSkeleton(): string {
  const types = (globalThis as unknown as { trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } }).trustedTypes;
  if (!types) return skeleton;
  policy ??= types.createPolicy('amends-mail-frame', { createHTML: () => skeleton });
  return policy.createHTML('') as string;
}

export interface Look {
  ink: string;
  soft: string;
  line: string;
  link: string;
  warn: string;
  font: string;
  dark: boolean;
  /** The mail's own light ground. */
  island: boolean;
  /** Hosts stand behind links; else they show when one points at a link. */
  hosts: boolean;
}

export function sheetOf(look: Look): string {
  return `
:root { color-scheme: ${look.dark && !look.island ? 'dark' : 'light'}; background: ${look.island ? '#fff' : 'transparent'}; overflow: hidden; }
body { margin: 0; font: 14px/1.55 ${look.font}; color: ${look.island ? '#1c1c1a' : look.ink}; overflow-wrap: anywhere; text-rendering: optimizeLegibility; }
.mail { padding: ${look.island ? '14px 16px' : '0'}; overflow-x: auto; overflow-y: hidden; min-height: 1px; }
p { margin: 0 0 .75em; } .mail > :last-child { margin-block-end: 0; }
img { max-width: 100%; height: auto; } img[${heldSource}]:not([src]) { display: inline-block; min-width: 24px; min-height: 24px; border: 1px dashed ${look.island ? '#b8b7b2' : look.line}; border-radius: 4px; color: ${look.island ? '#686762' : look.soft}; font-size: 12px; }
table { max-width: 100%; border-collapse: separate; } td, th { overflow-wrap: break-word; word-break: normal; }
pre { white-space: pre-wrap; }
a { color: ${look.island ? '#095549' : look.link}; text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; border-radius: 2px; }
a[data-host]${look.hosts ? ':not([data-button])' : ':is(:hover, :focus-visible)'}::after, a[data-button]:is(:hover, :focus-visible)::after { content: " (" attr(data-host) ")"; font-size: 12px; font-weight: 400; }
a[data-other]::after { content: " \\2192 " attr(data-other); font-weight: 600; font-size: 12px; color: ${look.island ? '#855000' : look.warn}; }
blockquote { margin: .5em 0; padding-inline-start: .8em; border-inline-start: 2px solid ${look.island ? '#d8d7d2' : look.line}; color: ${look.island ? '#52514d' : look.soft}; }
details > summary { display: inline-block; margin: .35em 0; padding: 3px 10px; border-radius: 99px; background: ${look.island ? '#f0f0ed' : 'color-mix(in srgb, currentColor 9%, transparent)'}; font-size: 12px; cursor: pointer; list-style: none; }
details > summary::-webkit-details-marker { display: none; }
`;
}

/** Puts the mail into the frame's document. Returns the element whose height is the mail's. */
export function fill(inside: Document, fragment: DocumentFragment, look: Look): HTMLElement {
  dress(inside, look);
  const box = inside.createElement('div');
  box.className = 'mail';
  // A mail says by its first letters how it runs, whatever the page around it does.
  box.dir = 'auto';
  box.append(inside.importNode(fragment, true));
  for (const node of box.querySelectorAll<HTMLElement>(`[${heldStyle}]`)) {
    node.style.cssText = node.getAttribute(heldStyle) ?? '';
    node.removeAttribute(heldStyle);
    // A fixed width is a wish: a narrow window wins.
    if (/%$/.test(node.style.width) === false && node.style.width) node.style.maxWidth = '100%';
    if (node.style.height && node.tagName !== 'IMG') node.style.height = 'auto';
  }
  inside.body.replaceChildren(box);
  return box;
}

export function dress(inside: Document, look: Look): void {
  const own = inside.defaultView as (Window & { CSSStyleSheet: typeof CSSStyleSheet }) | null;
  if (!own?.CSSStyleSheet) return;
  const sheet = new own.CSSStyleSheet();
  sheet.replaceSync(sheetOf(look));
  inside.adoptedStyleSheets = [sheet];
}

/** Shows the pictures that were held back, through the program. */
export function loadPictures(inside: Document, address: (url: string) => string): void {
  for (const image of inside.querySelectorAll<HTMLImageElement>(`img[${heldSource}]`)) {
    image.src = address(image.getAttribute(heldSource) ?? '');
    image.removeAttribute(heldSource);
  }
}
