// "I posted it": an operation the program learnt together with channels that a person posts on by hand.
import { newKey, Problem } from '../api/client';
import type { Update } from '../api/types';

export async function markPosted(brand: string, update: number, permalink: string): Promise<Update> {
  let response: Response;
  try {
    response = await fetch(`/api/v1/brands/${encodeURIComponent(brand)}/updates/${update}/posted`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': newKey() },
      body: JSON.stringify(permalink ? { permalink } : {}),
      credentials: 'same-origin',
    });
  } catch {
    throw new Problem(0, 'offline', '', '');
  }
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (!response.ok) throw new Problem(response.status, String(body.type ?? '').split(':').pop() ?? '', String(body.detail ?? ''), String(body.hint ?? ''));
  return body as unknown as Update;
}
