// What changed between two texts, word by word. Pure; long texts that have little in common are told as one change rather
// than searched without end.
export interface Change {
  kind: 'same' | 'out' | 'in';
  text: string;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
/** Words with what stands behind them up to the next one, so that a change reads as words and not as letters. */
export function tokens(text: string): string[] {
  return Array.from(segmenter.segment(text), (s) => s.segment);
}

const mostSteps = 600;

/** Myers' shortest edit script over tokens. Neighbours of one kind come joined. */
export function wordDiff(before: string, after: string): Change[] {
  const a = tokens(before);
  const b = tokens(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = script(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return joined([
    { kind: 'same', text: a.slice(0, start).join('') },
    ...middle,
    { kind: 'same', text: a.slice(a.length - end).join('') },
  ]);
}

function script(a: string[], b: string[]): Change[] {
  const whole: Change[] = [
    { kind: 'out', text: a.join('') },
    { kind: 'in', text: b.join('') },
  ];
  if (a.length === 0 || b.length === 0) return whole;
  const most = Math.min(a.length + b.length, mostSteps);
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= most; d++) {
    trace.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x++;
        y++;
      }
      reach.set(k, x);
      if (x >= a.length && y >= b.length) return back(trace, a, b);
    }
  }
  return whole;
}

function back(trace: Map<number, number>[], a: string[], b: string[]): Change[] {
  const out: Change[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const reach = trace[d];
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const fromK = down ? k + 1 : k - 1;
    const fromX = reach.get(fromK) ?? 0;
    const fromY = fromX - fromK;
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      out.push({ kind: 'same', text: a[--x] });
      y--;
    }
    if (d > 0) out.push(down ? { kind: 'in', text: b[--y] } : { kind: 'out', text: a[--x] });
  }
  return out.reverse();
}

/** One piece for a run of one kind; what went stands before what came, and single spaces between changes belong to them. */
function joined(changes: Change[]): Change[] {
  const out: Change[] = [];
  let gone = '';
  let come = '';
  const flush = () => {
    if (gone) out.push({ kind: 'out', text: gone });
    if (come) out.push({ kind: 'in', text: come });
    gone = come = '';
  };
  for (let i = 0; i < changes.length; i++) {
    const one = changes[i];
    if (!one.text) continue;
    if (one.kind === 'out') gone += one.text;
    else if (one.kind === 'in') come += one.text;
    else {
      const next = changes[i + 1];
      if ((gone || come) && next && next.kind !== 'same' && one.text.trim() === '' && !one.text.includes('\n')) {
        gone += one.text;
        come += one.text;
        continue;
      }
      flush();
      const last = out[out.length - 1];
      if (last?.kind === 'same') last.text += one.text;
      else out.push({ kind: 'same', text: one.text });
    }
  }
  flush();
  return out;
}

export const changed = (changes: Change[]): boolean => changes.some((one) => one.kind !== 'same');
