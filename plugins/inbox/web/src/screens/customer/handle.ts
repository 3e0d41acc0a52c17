import type { Identity } from '../../api/types';

/** A handle as a person would say it: without its channel's prefix; of whom only a site's mail told, their name. */
export const spoken = (one: Pick<Identity, 'handle' | 'kind' | 'name'>): string =>
  one.handle.startsWith('notice:') ? one.name || one.kind : one.handle.replace(/^[a-z_]+:(?=@)/, '');
