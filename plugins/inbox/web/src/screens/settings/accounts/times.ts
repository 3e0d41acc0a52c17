// "3h ago" and "in 5m" for the lists of the settings.
import { span } from '../../../lib/when';
import { speech } from '../../../words/speech.svelte';
import { settingsWords } from '../words';

export function whenOf(iso: string | null, now: number): string {
  const w = settingsWords.now.common;
  if (!iso) return w.never;
  const apart = Date.parse(iso) - now;
  if (apart > -60_000 && apart < 60_000) return apart > 0 ? w.soon : w.ago(span(60_000, speech.tag));
  return apart > 0 ? w.inTime(span(apart, speech.tag)) : w.ago(span(-apart, speech.tag));
}
