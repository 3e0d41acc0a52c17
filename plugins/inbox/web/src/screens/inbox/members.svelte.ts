// Who may take care of a thread of the brand, read once and again when somebody changes.
import { call } from '../../api/client';
import { onLive } from '../../api/live';
import type { User } from '../../api/types';
import { session } from '../../session.svelte';

class Members {
  all = $state.raw<User[]>([]);
  private brand = '';
  private asked: Promise<void> | null = null;

  /** Asks when it's not known for this brand. */
  ready(): Promise<void> {
    const brand = session.brand?.key ?? '';
    if (this.brand !== brand || !this.asked) {
      this.brand = brand;
      this.asked = this.load();
    }
    return this.asked;
  }
  private async load(): Promise<void> {
    try {
      const found = (await call('list_members', { query: { owners: true, limit: 200 } })).items ?? [];
      this.all = found.filter((user) => !user.disabled);
    } catch {
      this.asked = null;
    }
  }
  forget(): void {
    this.asked = null;
  }
}
export const members = new Members();
onLive((event) => {
  if (event.kind === 'user.changed') members.forget();
});

/** A colleague's name for their login. */
export function nameOf(login: string): string {
  if (login === session.me?.login) return session.me.display_name || login;
  return members.all.find((user) => user.login === login)?.display_name || login;
}
