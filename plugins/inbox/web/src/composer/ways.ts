// How a thread can be answered besides in its own channel: in private elsewhere, where the customer is known.
import { call } from '../api/client';
import { readyOf, type Grade } from './shapes';

export interface Way {
  account: string;
  recipient: number;
  handle: string;
  channel: string;
  grade: Grade;
}

/** None when the program can't be asked: the thread's own way is always there. */
export async function waysTo(thread: number, message?: number): Promise<Way[]> {
  const told = await call('list_answer_ways', { path: { thread }, query: { message } }).catch(() => null);
  return (told?.items ?? []).flatMap((one) => {
    if (!one.recipient || one.why_not) return [];
    const { account, channel, grade } = readyOf(one.answer);
    const handle = one.answer.to?.[0]?.handle ?? '';
    return grade === 'none' || !handle ? [] : [{ account, recipient: one.recipient, handle, channel, grade }];
  });
}
