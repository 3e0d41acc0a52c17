// The versions of an edited message.
import { call } from '../../api/client';
import type { MessageVersion } from '../../api/types';

/** Oldest first; none when they can't be had. */
export async function versionsOf(message: number): Promise<MessageVersion[]> {
  const told = await call('list_versions', { path: { message } }).catch(() => null);
  return told?.items ?? [];
}
