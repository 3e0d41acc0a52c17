// A mail's HTML, cleaned once more. The program has cleaned it already; whatever got past it ends here. The result is a
// tree of nodes, never text that is parsed again. Styles are held aside: the page's policy forbids inline ones, so the
// frame sets them one by one (frame.ts).
import createPurifier from 'dompurify';

export interface Cleaned {
  fragment: DocumentFragment;
  /** Pictures that wait until somebody asks for them. */
  remote: number;
  /** It brings colours or pictures behind the text: it is shown on light ground whatever the theme. */
  ownColours: boolean;
}

export const heldStyle = 'data-style';
export const heldSource = 'data-remote-src';
const schemes = /^(?:https?|mailto|tel):/i;
// The purifier asks this of every attribute's value, so it lets through what has no scheme at all; links are judged below.
const noOtherScheme = /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i;
const forbidden = ['style', 'form', 'input', 'button', 'select', 'textarea', 'option', 'label', 'fieldset', 'dialog', 'audio', 'video', 'source', 'track', 'picture', 'map', 'area', 'link', 'meta', 'base', 'template', 'slot', 'details', 'summary'];
// What a style may never do in our house: load something, leave its box, hide what is under it, move.
const unfit = /url\s*\(|image-set|expression|@import|behavior|-moz-binding|\\/i;
const unfitNames = /^(?:position|z-index|inset.*|top|left|right|bottom|transform.*|translate|scale|rotate|animation.*|transition.*|cursor|pointer-events|content|filter|backdrop-filter|clip.*|mask.*|opacity|visibility|will-change|contain.*|--.*)$/i;

/** The declarations that are harmless, spelt as they came. */
export function fitStyle(style: string): string {
  return style
    .split(';')
    .map((one) => one.trim())
    .filter((one) => {
      const name = one.split(':')[0].trim();
      return one.includes(':') && !unfit.test(one) && !unfitNames.test(name) && !/^-/.test(one.split(':')[1].trim());
    })
    .join('; ');
}

/** The host a link leads to, without "www."; "" when it leads to no host. */
export function hostOf(address: string): string {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) ? url.host.replace(/^www\./, '') : '';
  } catch {
    return '';
  }
}

/** Whether the words of a link name a host other than the one it leads to. */
export function namesAnotherHost(words: string, host: string): boolean {
  const named = /(?:https?:\/\/|www\.)([^\s/:?#]+)/i.exec(words)?.[1] ?? /^\s*([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?:[/?#]\S*)?\s*$/i.exec(words)?.[1];
  if (!named) return false;
  const plain = named.toLowerCase().replace(/^www\./, '');
  return plain !== host && !host.endsWith('.' + plain);
}

let purifier: ReturnType<typeof createPurifier> | null = null;
function cleaner(): ReturnType<typeof createPurifier> {
  if (purifier) return purifier;
  const made = createPurifier(window);
  made.addHook('afterSanitizeAttributes', (node) => {
    const style = node.getAttribute('style') ?? node.getAttribute(heldStyle);
    if (style === null) return;
    node.removeAttribute('style');
    node.removeAttribute(heldStyle);
    const fit = fitStyle(style);
    if (fit) node.setAttribute(heldStyle, fit);
  });
  return (purifier = made);
}

export interface Addresses {
  /** Of a picture in the mail by its Content-ID; null when there is none. */
  picture: (contentId: string) => string | null;
}

/** Styles under another name, so that parsing them is no inline style that the page's policy would have to refuse. */
export function styleAside(html: string): string {
  return html.replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/(\s)style(?=\s*=)/gi, `$1${heldStyle}`));
}

const shortQuote = 160;
function foldOf(quotes: string): HTMLElement {
  const fold = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = quotes;
  fold.append(summary);
  return fold;
}

// Outlook quotes without a blockquote: below a block of header lines everything is the mail that is answered.
const headerFrom = /^\s*(?:From|Von|De|Da|Van|Från|Fra)\s*:/i;
const headerSent = /(?:Sent|Gesendet|Envoyé|Enviado(?: el)?|Inviato|Verzonden|Skickat|Date|Datum|Fecha|Data)\s*:/i;
const headerTo = /(?:To|An|À|Para|A|Aan|Till|Til|Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Ämne)\s*:/i;
const isHeader = (text: string) => headerFrom.test(text) && headerSent.test(text.slice(0, 600)) && headerTo.test(text.slice(0, 600));

/** Folds what stands below such a block, when the mail says something of its own above it. */
function foldRest(fragment: DocumentFragment, quotes: string): void {
  const head = [...fragment.querySelectorAll('div, p')].find((one) => !one.closest('blockquote') && isHeader(one.textContent ?? ''));
  if (!head || !fragment.lastChild) return;
  const begin = head.previousElementSibling?.tagName === 'HR' ? head.previousElementSibling : head;
  const above = document.createRange();
  above.setStart(fragment, 0);
  above.setEndBefore(begin);
  if (above.toString().trim() === '') return;
  const rest = document.createRange();
  rest.setStartBefore(begin);
  rest.setEndAfter(fragment.lastChild);
  if (rest.toString().trim().length < shortQuote) return;
  const fold = foldOf(quotes);
  fold.append(rest.extractContents());
  fragment.append(fold);
}

/** `quotes`: words for the fold of what is quoted. */
export function cleanMail(html: string, addresses: Addresses, quotes: string): Cleaned {
  const fragment = cleaner().sanitize(styleAside(html), {
    RETURN_DOM_FRAGMENT: true,
    USE_PROFILES: { html: true },
    FORBID_TAGS: forbidden,
    FORBID_ATTR: ['id', 'name', 'class', 'srcset', 'sizes', 'ping', 'download', 'usemap', 'background', 'poster', 'autofocus', 'tabindex', 'accesskey', 'contenteditable', 'draggable', 'popover', 'popovertarget', 'is', 'slot', 'part'],
    ALLOW_DATA_ATTR: false,
    ADD_ATTR: [heldSource, heldStyle],
    ADD_URI_SAFE_ATTR: [heldStyle],
    ALLOWED_URI_REGEXP: noOtherScheme,
    ALLOW_ARIA_ATTR: false,
  }) as unknown as DocumentFragment;

  let remote = 0;
  for (const image of fragment.querySelectorAll('img')) {
    const source = image.getAttribute('src') ?? '';
    const held = image.getAttribute(heldSource);
    image.removeAttribute('src');
    image.removeAttribute('loading');
    if (held && /^https?:\/\//i.test(held)) remote++;
    else image.removeAttribute(heldSource);
    const own = /^cid:/i.test(source) ? addresses.picture(decoded(source.slice(4))) : null;
    if (own) image.setAttribute('src', own);
    if (!image.hasAttribute('alt')) image.setAttribute('alt', '');
  }
  for (const link of fragment.querySelectorAll('a')) {
    const address = link.getAttribute('href') ?? '';
    if (!schemes.test(address)) {
      link.removeAttribute('href');
      continue;
    }
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
    link.setAttribute('title', address);
    const host = hostOf(address);
    const words = link.textContent ?? '';
    if (!host || !words.trim()) continue;
    if (/(?:^|[;\s])(?:background|padding|border|display)/i.test(link.getAttribute(heldStyle) ?? '')) link.setAttribute('data-button', '');
    if (namesAnotherHost(words, host)) link.setAttribute('data-other', host);
    else if (!words.toLowerCase().includes(host)) link.setAttribute('data-host', host);
  }
  foldRest(fragment, quotes);
  // In the mail's order; a quote in a quote is folded with it.
  for (const quote of [...fragment.querySelectorAll('blockquote')]) {
    if (quote.parentElement?.closest('blockquote, details') || (quote.textContent ?? '').trim().length < shortQuote) continue;
    const fold = foldOf(quotes);
    quote.replaceWith(fold);
    fold.append(quote);
  }
  const ownColours = [...fragment.querySelectorAll(`[${heldStyle}], [bgcolor], font[color]`)].some(
    (node) => node.hasAttribute('bgcolor') || node.hasAttribute('color') || /(?:^|[;\s])(?:background|color)\b/i.test(node.getAttribute(heldStyle) ?? ''),
  );
  return { fragment, remote, ownColours };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
