// Types, unit tests, then the app before a real browser. `run` beside this calls it with the Node.js of the build.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checks, equal, expect, holdTimes } from './check.mjs';
import { figures } from './figures.mjs';
import { inbox } from './inbox.mjs';
import { wordlessKinds, writtenKinds } from './kinds.mjs';
import { launch, open, signIn, visit } from './page.mjs';
import { start } from './program.mjs';

const [folder, ...words] = process.argv.slice(2);
const option = (name, otherwise) => (words.includes(name) ? Number(words[words.indexOf(name) + 1]) : otherwise);
const build = resolve(folder);
const web = join(build, 'plugins/inbox/web');
const program = join(build, 'amends');
const out = join(build, 'plugins/inbox/tests');
const many = option('--many', 3000);
// Every screen in both themes, each at one width; or in each at every width.
const looks = words.includes('--every-look')
  ? ['light', 'dark'].flatMap((theme) => [360, 1280, 2560].map((width) => [theme, width]))
  : [['light', 1280], ['dark', 360]];
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const tool = (name, ...given) =>
  new Promise((done) => {
    execFile(process.execPath, [join(web, 'node_modules', name), ...given], { cwd: web, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: '1' } }, (error, said, more) =>
      done({ code: error ? (error.code ?? 1) : 0, said: said + more }),
    );
  });

if (words.includes('--every-look')) holdTimes();

const { check, counts } = checks();
let units = { passed: 0, failed: 0 };
if (!words.includes('--browser-only')) {
  await check('types hold', async () => {
    const { code, said } = await tool('svelte-check/bin/svelte-check', '--tsconfig', './tsconfig.json', '--output', 'human');
    expect(code === 0, said.slice(-2000));
  });
  await check('the timeline has words for every kind of event that the program writes', () => {
    const repository = join(import.meta.dirname, '../../..');
    expect(writtenKinds(repository).size > 20, 'the kinds were found');
    equal(wordlessKinds(repository, join(web, 'src')), [], 'kinds without words');
  });
  const file = join(out, 'units.json');
  const { said } = await tool('vitest/vitest.mjs', 'run', '--reporter=json', '--outputFile=' + file);
  if (existsSync(file)) {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    units = { passed: report.numPassedTests, failed: report.numFailedTests + report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length };
    for (const one of report.testResults)
      for (const test of one.assertionResults.filter((t) => t.status === 'failed')) console.log(`FAIL  ${test.fullName}: ${(test.failureMessages[0] ?? '').split('\n').slice(0, 6).join('\n      ')}`);
    console.log(`ok    ${units.passed} unit tests`);
  } else {
    units.failed = 1;
    console.log('FAIL  unit tests: ' + said.slice(-1500));
  }
}

const { chromium, axe } = open(web);
const only = words.includes('--only') ? words[words.indexOf('--only') + 1].split(',') : [];
const wanted = (part) => only.length === 0 || only.includes(part.name);
// Screens that others wrote bring their own checks, tests/<noun>.checks.mjs: a default function of the same things as ours
// gets, `own` when it starts a program of its own, `alone` when it looks at times.
const noun = async (file) => ({ name: file.replace('.checks.mjs', ''), ...(await import('./' + file)) });
const brought = await Promise.all(readdirSync(import.meta.dirname).filter((one) => one.endsWith('.checks.mjs')).sort().map(noun));
const parts = [{ name: 'inbox', default: inbox }, ...brought, { name: 'figures', default: measure, alone: true }].filter(wanted);

async function measure(things) {
  const { page, context } = await visit(things.browser, things.program.origin);
  await signIn(page, things.program.origin);
  await figures({ ...things, cookies: await context.cookies(), many });
  await context.close();
}

const site = await start(program, { many });
/** One part after the other, before a browser of their own. */
async function play(lane) {
  if (lane.length === 0) return;
  const browser = await launch(chromium);
  try {
    for (const part of lane) await part.default({ browser, program: site, axe, check, pictures: out, looks });
  } finally {
    await browser.close();
  }
}
try {
  if (words.includes('--every-look')) {
    await play(parts); // times are held to their bars: nothing runs beside
  } else {
    const sharing = parts.filter((part) => !part.alone && !part.own);
    const own = parts.filter((part) => !part.alone && part.own);
    const ended = await Promise.allSettled([play(sharing), play(own)]);
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
    await play(parts.filter((part) => part.alone));
  }
} finally {
  await site.stop();
}
const seen = counts();
console.log(`pictures: ${out}`);
console.log(`${seen.passed + units.passed} passed, ${seen.failed + units.failed} failed`);
process.exit(seen.failed + units.failed === 0 ? 0 : 1);
