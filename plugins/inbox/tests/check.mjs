// Checks with names, counted and told; a failing one says why and the next goes on.
export function checks() {
  const failed = [];
  let passed = 0;
  return {
    async check(name, run) {
      const began = performance.now();
      try {
        await run();
        passed++;
        console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
      } catch (error) {
        failed.push(name);
        console.log(`FAIL  ${name}: ${String(error?.message ?? error).split('\n').slice(0, 12).join('\n      ')}`);
      }
    },
    counts: () => ({ passed, failed: failed.length }),
  };
}
export function expect(what, words) {
  if (!what) throw new Error(words);
}
export function equal(got, want, words = '') {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${words} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}`);
}
export function atMost(got, most, words) {
  if (!(got <= most)) throw new Error(`${words}: ${got}, at most ${most}`);
}

/** Times are held to their bars where the machine has nothing else to do (the sweep); elsewhere to four times as much. */
let patience = 4;
export const holdTimes = () => void (patience = 1);
export const inTime = (ms, most, what) => atMost(ms, most * patience, what);
