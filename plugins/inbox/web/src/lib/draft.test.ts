import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftKeeper, type Saved, type Shelf } from './draft';

class Desk implements Shelf {
  there: Saved | null = null;
  local: string | null = null;
  offline = false;
  writes = 0;
  private n = 0;
  put(text: string) {
    this.there = { text, etag: 'e' + ++this.n };
  }
  async read() {
    if (this.offline) throw { offline: true };
    return this.there;
  }
  async write(text: string, etag: string) {
    if (this.offline) throw { offline: true };
    this.writes++;
    if (this.there && etag !== this.there.etag) return 'changed' as const;
    if (text === '') this.there = null;
    else this.put(text);
    return this.there;
  }
  readLocal() {
    return this.local;
  }
  writeLocal(text: string | null) {
    this.local = text;
  }
}

describe('DraftKeeper', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const keeper = (desk: Desk) => new DraftKeeper(desk, () => {});

  it('saves a moment after the last key, once', async () => {
    const desk = new Desk();
    const draft = keeper(desk);
    await draft.open();
    draft.type('a');
    draft.type('ab');
    await vi.advanceTimersByTimeAsync(300);
    draft.type('abc');
    expect(draft.kept).toBe('typing');
    await vi.advanceTimersByTimeAsync(800);
    expect(desk.there?.text).toBe('abc');
    expect(desk.writes).toBe(1);
    expect(draft.kept).toBe('saved');
  });
  it('is there again after the page was loaded again', async () => {
    const desk = new Desk();
    desk.put('half an ans');
    const draft = keeper(desk);
    await draft.open();
    expect(draft.text).toBe('half an ans');
  });
  it('stays on this machine without a connection and goes up with one', async () => {
    const desk = new Desk();
    const draft = keeper(desk);
    await draft.open();
    desk.offline = true;
    draft.type('typed in a tunnel');
    await vi.advanceTimersByTimeAsync(1000);
    expect(draft.kept).toBe('local');
    expect(desk.local).toBe('typed in a tunnel');
    const after = keeper(desk);
    await after.open();
    expect(after.text).toBe('typed in a tunnel');
    desk.offline = false;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(desk.there?.text).toBe('typed in a tunnel');
    expect(desk.local).toBeNull();
  });
  it('never writes over what was written elsewhere', async () => {
    const desk = new Desk();
    desk.put('one');
    const draft = keeper(desk);
    await draft.open();
    desk.put('from the other window');
    draft.type('one two');
    await vi.advanceTimersByTimeAsync(1000);
    expect(draft.kept).toBe('conflict');
    expect(draft.theirs).toBe('from the other window');
    expect(desk.there?.text).toBe('from the other window');
    draft.settle(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(desk.there?.text).toBe('one two');
  });
  it('takes what came from elsewhere while nothing is typed here', async () => {
    const desk = new Desk();
    const draft = keeper(desk);
    await draft.open();
    desk.put('elsewhere');
    await draft.look();
    expect(draft.text).toBe('elsewhere');
    expect(draft.kept).toBe('saved');
  });
  it('is empty after it went, and saves nothing behind it', async () => {
    const desk = new Desk();
    const draft = keeper(desk);
    await draft.open();
    draft.type('thank you');
    draft.empty();
    await vi.advanceTimersByTimeAsync(5000);
    expect(desk.writes).toBe(0);
  });
  it('typed before the saved one was here asks which it shall be', async () => {
    const desk = new Desk();
    desk.put('half an answer');
    const draft = keeper(desk);
    const opening = draft.open();
    draft.type('quick');
    await opening;
    expect([draft.kept, draft.theirs, draft.text]).toEqual(['conflict', 'half an answer', 'quick']);
    expect(desk.there?.text).toBe('half an answer');
  });
  it('saves nothing while it is on its way, and goes on when it did not go', async () => {
    const desk = new Desk();
    const draft = keeper(desk);
    await draft.open();
    draft.type('thank you');
    draft.hold();
    await draft.flush();
    await draft.look();
    await vi.advanceTimersByTimeAsync(5000);
    expect(desk.writes).toBe(0);
    draft.resume();
    await vi.advanceTimersByTimeAsync(1000);
    expect(desk.there?.text).toBe('thank you');
  });
  it('is taken off the program too when it went while it was being saved and nobody stayed', async () => {
    const desk = new Desk();
    let arrive = () => {};
    const write = desk.write.bind(desk);
    const draft = keeper(desk);
    await draft.open();
    desk.write = async (text, etag) => {
      if (text) await new Promise<void>((done) => (arrive = done));
      return write(text, etag);
    };
    draft.type('thank you');
    await vi.advanceTimersByTimeAsync(1000);
    draft.hold();
    draft.empty();
    draft.resume();
    draft.close();
    arrive();
    await vi.advanceTimersByTimeAsync(1000);
    expect(desk.there).toBeNull();
  });
});
