/** Which rows of a long list to have in the page: those that are seen, and `spare` on both sides. */
export function windowOf(top: number, seen: number, height: number, count: number, spare: number): { from: number; to: number } {
  const first = Math.floor(Math.max(0, top) / height);
  const fit = Math.ceil(seen / height) + 1;
  return { from: Math.max(0, Math.min(first - spare, count)), to: Math.min(count, first + fit + spare) };
}
