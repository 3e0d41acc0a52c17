// Who looks at a thread or writes in it just now, oneself left out. The program forgets whoever doesn't say so again.
import { call } from '../../api/client';
import { onLive } from '../../api/live';
import { session } from '../../session.svelte';

export interface Present {
  login: string;
  state: 'viewing' | 'writing';
}
class Presence {
  private known = $state.raw(new Map<number, Present[]>());

  of(thread: number): Present[] {
    return this.known.get(thread) ?? [];
  }
  private set(thread: number, all: Present[]): void {
    const next = new Map(this.known);
    if (all.length) next.set(thread, all);
    else next.delete(thread);
    this.known = next;
  }
  hear(thread: number, login: string, state: string): void {
    if (login === session.me?.login) return;
    const others = this.of(thread).filter((one) => one.login !== login);
    this.set(thread, state === 'gone' ? others : [...others, { login, state: state === 'writing' ? 'writing' : 'viewing' }]);
  }
  /** Says that one looks at a thread until the returned function is called, and learns who else does. */
  look(thread: number): () => void {
    let on = false;
    const say = (state: 'viewing' | 'gone') => call('show_presence', { path: { thread }, body: { state } }).catch(() => undefined);
    const beat = () => {
      const seen = document.visibilityState === 'visible';
      if (seen) void say('viewing');
      else if (on) void say('gone');
      on = seen;
    };
    beat();
    call('read_presence', { path: { thread } }).then(
      (answer) => this.set(thread, (answer.items ?? []).filter((one) => one.login !== session.me?.login && one.state !== 'gone') as Present[]),
      () => undefined,
    );
    const timer = setInterval(beat, 20_000);
    document.addEventListener('visibilitychange', beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', beat);
      if (on) void say('gone');
    };
  }
}
export const presence = new Presence();
onLive((event) => {
  if (event.kind === 'presence' && event.thread && event.who) presence.hear(event.thread, event.who, event.state ?? 'gone');
});
