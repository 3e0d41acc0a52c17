// Small things a browser remembers for a person: theme, brand, width of a pane. Nothing of a customer's.
export function kept(name: string): string | null {
  try {
    return localStorage.getItem('amends.' + name);
  } catch {
    return null;
  }
}
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem('amends.' + name, value);
  } catch {
    // Private windows keep nothing; the page works without.
  }
}
export function forget(name: string): void {
  try {
    localStorage.removeItem('amends.' + name);
  } catch {
    // Nothing was kept.
  }
}
