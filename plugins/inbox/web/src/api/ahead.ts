// Keeps what was asked for ahead as true as what is shown: an event that concerns it, a gap in the stream or another person
// at the desk, and it is asked for anew.
import { dropAhead } from './client';
import { onConnection, onLive } from './live';

export function watchAhead(): void {
  onConnection((yes) => {
    if (!yes) dropAhead();
  });
  onLive((event) => {
    if (event.kind === 'presence' || event.kind === 'draft.changed') return;
    const of = [event.thread, event.customer].filter((one) => one !== undefined);
    dropAhead(of.length ? (about) => about.length === 0 || about.some((one) => of.includes(one)) : undefined);
  });
}
