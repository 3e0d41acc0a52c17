// Initials and a steady colour for a name.
const graphemes = typeof Intl !== 'undefined' && 'Segmenter' in Intl ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;
const firstOf = (word: string) => (/^[\x20-\x7e]/.test(word) ? word[0] : wholeFirst(word));
const wholeFirst = (word: string) => (graphemes ? [...graphemes.segment(word)][0]?.segment : [...word][0]) ?? '';

/** "Maya Lindqvist" -> "ML", "maya@example.org" -> "M", "" -> "?" */
export function initialsOf(name: string): string {
  const parts = name
    .split('@')[0]
    .split(/[\s._-]+/u)
    .map((part) => part.replace(/^[^\p{L}\p{N}]+/u, ''))
    .filter(Boolean);
  if (parts.length === 0) return '?';
  const letters = parts.length === 1 ? [parts[0]] : [parts[0], parts[parts.length - 1]];
  return letters.map((part) => firstOf(part).toLocaleUpperCase()).join('');
}

export function hueOf(name: string, hues: number): number {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return (hash >>> 0) % hues;
}
