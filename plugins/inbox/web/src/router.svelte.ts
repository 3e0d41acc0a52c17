// Addresses are real paths. A screen names its routes (screens.ts); this knows where we are and how to go elsewhere.
export interface Place {
  path: string;
  query: URLSearchParams;
}

/** '/customers/:id' against '/customers/42' -> {id: '42'}; null when it doesn't fit. A last '*' takes the rest. */
export function fits(pattern: string, path: string): Record<string, string> | null {
  const want = pattern.split('/').filter(Boolean);
  const have = path.split('/').filter(Boolean);
  const out: Record<string, string> = {};
  for (let i = 0; i < want.length; i++) {
    if (want[i] === '*') {
      out.rest = have.slice(i).join('/');
      return out;
    }
    if (i >= have.length) return null;
    if (want[i].startsWith(':')) {
      try {
        out[want[i].slice(1)] = decodeURIComponent(have[i]);
      } catch {
        return null;
      }
    } else if (want[i] !== have[i]) return null;
  }
  return want.length === have.length ? out : null;
}

class Router {
  path = $state(location.pathname);
  search = $state(location.search);
  /** Why a person should think twice before leaving, or null. Set by whoever holds unsaved work. */
  guard: (() => boolean) | null = null;

  get query(): URLSearchParams {
    return new URLSearchParams(this.search);
  }
  go(to: string, options: { replace?: boolean } = {}): void {
    const url = new URL(to, location.origin);
    if (url.origin !== location.origin) return;
    if (url.pathname === this.path && url.search === this.search) return;
    if (this.guard && url.pathname !== this.path && !this.guard()) return;
    history[options.replace ? 'replaceState' : 'pushState'](null, '', url);
    this.here();
  }
  here(): void {
    this.path = location.pathname;
    this.search = location.search;
  }
}
export const router = new Router();
addEventListener('popstate', () => router.here());

// Links of ours don't load the page again; those that want a new tab do what the browser does.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname.startsWith('/api/') || link.hash) return;
  event.preventDefault();
  router.go(link.pathname + link.search);
});
