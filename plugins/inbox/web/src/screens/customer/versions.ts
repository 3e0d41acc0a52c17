// The versions of an edited message.

export interface Version {
  at: string;
  current: boolean;
  subject: string;
  text: string;
  rating: number | null;
  deleted: boolean;
}
/** Oldest first; none when the program doesn't keep or tell them. */
export async function versionsOf(brand: string, message: number): Promise<Version[]> {
  try {
    const response = await fetch(`/api/v1/brands/${encodeURIComponent(brand)}/messages/${message}/versions`, { credentials: 'same-origin' });
    if (!response.ok) return [];
    return ((await response.json()) as { items?: Version[] }).items ?? [];
  } catch {
    return [];
  }
}
