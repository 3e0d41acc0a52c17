// A search as its address says it, and back. Pure.
import type { Operations } from '../../api/types';

export type Asked = Pick<Operations['search']['query'], 'q' | 'kind' | 'direction' | 'from' | 'until' | 'rating_from' | 'rating_to' | 'order'>;

const kinds = ['mail', 'review', 'mention', 'comment', 'direct_message', 'call', 'form'] as const;
const isDay = (value: string | null) => (value && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);
const oneOf = <T extends string>(value: string | null, all: readonly T[]): T | undefined => all.find((one) => one === value);
const stars = (value: string | null) => (value && /^[1-5]$/.test(value) ? Number(value) : undefined);

export function read(query: URLSearchParams): Asked {
  return {
    q: query.get('q')?.slice(0, 1000) || undefined,
    kind: oneOf(query.get('kind'), kinds),
    direction: oneOf(query.get('direction'), ['in', 'out'] as const),
    from: isDay(query.get('from')),
    until: isDay(query.get('until')),
    rating_from: stars(query.get('rating_from')),
    rating_to: stars(query.get('rating_to')),
    order: oneOf(query.get('order'), ['relevance'] as const),
  };
}
export function write(asked: Asked): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined && value !== '') out.set(name, String(value));
  const tail = out.toString();
  return '/search' + (tail ? '?' + tail : '');
}
/** Whether there is anything to look for. */
export function asks(asked: Asked): boolean {
  return Object.entries(asked).some(([name, value]) => name !== 'order' && value !== undefined);
}
export function filtered(asked: Asked): boolean {
  return asks({ ...asked, q: undefined });
}
