import { call } from '../../api/client';
import { complain, offerUndo } from '../../ui/toasts.svelte';
import { customerWords } from './words';

/** `other` goes into `customer`: a link, no deletion, taken back exactly. */
export async function mergeWith(customer: number, other: number, reason: string, after: () => void): Promise<boolean> {
  try {
    const { event } = await call('merge_customers', { path: { customer }, body: reason ? { from: other, reason } : { from: other } });
    after();
    offerUndo({
      text: customerWords.now.side.merged,
      undo: async () => {
        await call('undo_link', { path: { event } });
        after();
      },
    });
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
