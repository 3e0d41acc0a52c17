/** How well what was typed fits a label: all its letters in order, better at starts of words and in runs. null: it doesn't. */
export function fit(typed: string, label: string): number | null {
  const want = fold(typed);
  const have = fold(label);
  if (!want) return 0;
  let score = 0;
  let at = -1;
  for (const letter of want) {
    if (letter === ' ') continue;
    const found = have.indexOf(letter, at + 1);
    if (found < 0) return null;
    if (found === at + 1) score += 3;
    if (found === 0 || /[\s\-/(]/.test(have[found - 1])) score += 4;
    score -= Math.min(3, found - at - 1) * 0.5;
    at = found;
  }
  return score - have.length * 0.02;
}
/** Without case and accents, so that "prive" finds "Privé". */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
}
