// How many threads each view holds; asked again a moment after something changed, and not more often than it takes.
import { call } from '../../api/client';
import { onLive } from '../../api/live';
import type { InboxCounts } from '../../api/types';
import { session } from '../../session.svelte';

class Counts {
  now = $state.raw<InboxCounts | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private brand = '';

  /** Who waits, for the rail: asks by itself when it isn't known for this brand. */
  waiting(): number | null {
    const brand = session.brand?.key ?? '';
    if (brand && brand !== this.brand) this.ask();
    return this.now?.waiting ?? null;
  }
  ask(after = 0): void {
    this.timer ??= setTimeout(async () => {
      const brand = session.brand?.key ?? '';
      if (brand !== this.brand) this.now = null;
      this.brand = brand;
      try {
        if (brand && session.state === 'in') this.now = await call('count_inbox');
      } catch {
        // The next change asks again.
      } finally {
        this.timer = undefined;
      }
    }, after);
  }
}
export const counts = new Counts();
onLive((event) => {
  if (/^(thread|message|import|suggestion|resync)/.test(event.kind)) counts.ask(1200);
});
