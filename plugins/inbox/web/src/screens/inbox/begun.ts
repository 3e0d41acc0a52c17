// Notes half written, by thread, for as long as the page is open: who looks into another thread finds theirs again, and
// never in another thread's box.
const texts = new Map<number, string>();

export const begun = {
  of: (thread: number) => texts.get(thread) ?? '',
  keep(thread: number, text: string) {
    if (text.trim()) texts.set(thread, text);
    else texts.delete(thread);
  },
};
