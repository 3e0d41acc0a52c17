// Messages between threads: done at once, taken back within ten seconds or from the record of threads.
import { call } from '../../api/client';
import type { Message } from '../../api/types';
import { complain, offerUndo } from '../../ui/toasts.svelte';
import { customerWords } from './words';

async function act(run: () => Promise<{ operation: number }>, said: string, after: () => void): Promise<boolean> {
  try {
    const { operation } = await run();
    after();
    offerUndo({
      text: said,
      undo: async () => {
        await call('undo_thread_operation', { path: { operation } });
        after();
      },
    });
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
const w = () => customerWords.now;
export const splitOff = (message: Message, after: () => void) => act(() => call('rethread_message', { path: { message: message.id }, body: { thread: null } }), w().message.splitDone, after);
export const moveTo = (message: Message, thread: number, after: () => void) => act(() => call('rethread_message', { path: { message: message.id }, body: { thread } }), w().message.moved, after);
export const joinInto = (thread: number, other: number, after: () => void) => act(() => call('join_threads', { path: { thread }, body: { other } }), w().move.joined, after);
