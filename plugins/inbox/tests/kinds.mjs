// Whether the timeline has words for everything that the program writes to it: the program's sources are read for the
// kinds, the app's for their words. A kind that only half stands in the source ("reply_" + …) is completed by the names
// that the model gives to what follows.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const writes = /(?:add_event|tell_on_thread|follow|\btell)\((?:[^;{}]|\{[^;]*?\})*?;/g;
const moderation = ['pending', 'published', 'rejected'];
const settled = ['failed', 'uncertain'];

/** Kinds in the sources of `core/app`. */
export function writtenKinds(repository) {
  const folder = join(repository, 'core/app');
  const kinds = new Set();
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.cc') && !one.endsWith('_test.cc'))) {
    const source = readFileSync(join(folder, name), 'utf8');
    if (!source.includes('add_event(') && !/^(?:desk|people)\.cc$/.test(name)) continue;
    for (const [statement] of source.matchAll(writes)) {
      // What is a fact about it stands in pairs of braces and is no kind.
      const plain = statement.replace(/\bdetail\(\{.*?\}\)|\{\{"[^;]*?\}\}/gs, '');
      for (const [, text, plus] of plain.matchAll(/"([a-z_]+)"(\s*\+)?/g)) {
        if (plus) for (const rest of text === 'send_' ? settled : moderation) kinds.add(text + rest);
        else kinds.add(text);
      }
    }
    // What a person does at their desk: act(thread, {owner.empty() ? "unassigned" : "assigned", "owner", owner}, …)
    for (const [, words, rest] of source.matchAll(/\bact\(thread, \{([^,}]*)(.*)/g)) if (!/, true\}/.test(rest)) for (const [, kind] of words.matchAll(/"(\w+)"/g)) kinds.add(kind);
    // A kind that was chosen before: const char* const how = c.content.deleted ? "deleted" : "edited";
    for (const [, one, other] of source.matchAll(/const char\* const how = [^;]*\? "(\w+)" : "(\w+)";/g)) kinds.add(one).add(other);
  }
  kinds.delete('amends');  // who, not what
  return kinds;
}

/** Those of them that the app has no words for, in `web/src` of the inbox. */
export function wordlessKinds(repository, sources) {
  const table = readFileSync(join(sources, 'screens/customer/event.ts'), 'utf8').match(/const icons = \{([^}]*)\}/)[1];
  const known = new Set([...table.matchAll(/^\s*(\w+):/gm)].map(([, kind]) => kind));
  return [...writtenKinds(repository)].filter((kind) => !known.has(kind));
}
