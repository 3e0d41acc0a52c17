// How a thread can be answered: in its own channel, and in private elsewhere where the customer is known.
import { call, Problem } from '../api/client';
import { session } from '../session.svelte';
import type { Account, Answer, Customer } from '../api/types';
import { readyOf, type Grade } from './shapes';

export interface Way {
  account: string;
  recipient: number;
  handle: string;
  channel: string;
  grade: Grade;
}

interface Told {
  answer: Answer;
  recipient: number | null;
  why_not: string | null;
}

/** Ways besides the thread's own. */
export async function waysTo(thread: number, message: number | undefined, customer: Customer | null): Promise<Way[]> {
  const brand = session.brand?.key ?? '';
  try {
    const response = await fetch(`/api/v1/brands/${encodeURIComponent(brand)}/threads/${thread}/answers/ways${message ? '?message=' + message : ''}`, { credentials: 'same-origin' });
    if (!response.ok) throw new Problem(response.status, '', '', '');
    const items = ((await response.json()) as { items?: Told[] }).items ?? [];
    return items.flatMap((one) => {
      if (!one.recipient || one.why_not) return [];
      const ready = readyOf(one.answer);
      const handle = one.answer.to?.[0]?.handle ?? customer?.identities?.find((i) => i.id === one.recipient)?.handle ?? '';
      return ready.grade === 'none' || !handle ? [] : [{ account: ready.account, recipient: one.recipient, handle, channel: ready.channel, grade: ready.grade }];
    });
  } catch (error) {
    // A program that doesn't tell ways yet: each account that sends, to each identity of its channel.
    if (!(error instanceof Problem) || error.status !== 404) return [];
    return byAccounts(customer);
  }
}

async function byAccounts(customer: Customer | null): Promise<Way[]> {
  const all = await call('list_accounts').then(
    (answer) => answer.items ?? [],
    (): Account[] => [],
  );
  const sending = all.filter((one) => one.connected && one.can_send);
  return (customer?.identities ?? []).flatMap((identity) =>
    sending.filter((one) => one.channel === identity.kind).map((one): Way => ({ account: one.name, recipient: identity.id, handle: identity.handle, channel: one.channel, grade: 'api' })),
  );
}
