// Tags that were seen on threads or given here since the page was opened: what the chooser offers.
class KnownTags {
  all = $state.raw<string[]>([]);
  add(...tags: string[]): void {
    const fresh = tags.filter((tag) => !this.all.includes(tag));
    if (fresh.length) this.all = [...this.all, ...fresh].sort((a, b) => a.localeCompare(b));
  }
}
export const knownTags = new KnownTags();
