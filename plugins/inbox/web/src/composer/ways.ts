// How else a customer can be reached in private: each account that can send, to each identity of its channel.
import { call } from '../api/client';
import type { Account, Customer } from '../api/types';
import { session } from '../session.svelte';
import type { Way } from './writing.svelte';

let known: { brand: string; accounts: Promise<Account[]> } | null = null;
function accounts(): Promise<Account[]> {
  const brand = session.brand?.key ?? '';
  if (known?.brand !== brand) {
    const asked = call('list_accounts')
      .then((answer) => answer.items ?? [])
      .catch(() => {
        known = null;
        return [];
      });
    known = { brand, accounts: asked };
  }
  return known!.accounts;
}

export async function waysTo(customer: Customer | null): Promise<Way[]> {
  if (!customer) return [];
  const sending = (await accounts()).filter((one) => one.connected && one.can_send);
  const out: Way[] = [];
  for (const identity of customer.identities ?? []) {
    for (const account of sending) {
      if (account.channel === identity.kind) out.push({ account: account.name, recipient: identity.id, handle: identity.handle });
    }
  }
  return out;
}
