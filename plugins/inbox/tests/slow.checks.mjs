// Every answer of the program takes 300 ms more: nothing typed is lost, nothing is done twice, each key is answered at once, and
// nothing jumps when what was awaited comes.
import { join } from 'node:path';
import { atMost, equal, expect, inTime } from './check.mjs';
import { until } from './inbox.mjs';
import { violations, visit } from './page.mjs';
import { bring, mailSink, settingsFor } from './peer.mjs';
import { brand, password, start } from './program.mjs';

const repository = join(import.meta.dirname, '../../..');
const latency = 300;
const mostShift = 0.02;
// The scripts that watch here are brought into every frame, and a mail's runs none.
const ours = /Blocked script execution in 'about:srcdoc'/;

export const own = true;
export const alone = true;

export default async function slow({ browser, axe, check, pictures }) {
  const sink = await mailSink();
  const program = await start(join(pictures, '../../../amends'), { settings: settingsFor(sink.port), bring: bring(join(repository, 'tests')) });
  try {
    await play({ browser, program, sink, axe, check, pictures });
  } finally {
    await program.stop();
    await sink.stop();
  }
}

/** A page at the far end of a slow line, and what is noted in it: requests, jumps, and when a key showed. */
async function far(browser, origin, more = {}) {
  const one = await visit(browser, origin, more);
  const line = await one.context.newCDPSession(one.page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 });
  const asked = [];
  one.page.on('request', (request) => asked.push(request.method() + ' ' + new URL(request.url()).pathname.replace('/api/v1', '').replace('/brands/' + brand, '')));
  await one.page.addInitScript(() => {
    globalThis.jumps = [];
    const nameOf = (node) => (node?.nodeType === 1 ? node.tagName.toLowerCase() + '.' + String(node.className?.baseVal ?? node.className).split(' ').join('.') : '?');
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        globalThis.jumps.push({ value: entry.value, what: entry.sources.map((one) => `${nameOf(one.node)} ${Math.round(one.previousRect.x)},${Math.round(one.previousRect.y)} -> ${Math.round(one.currentRect.x)},${Math.round(one.currentRect.y)}`) });
    }).observe({ type: 'layout-shift', buffered: true });
    // From a key until something in the page is another.
    globalThis.answers = [];
    let pressed = 0;
    const shown = () => {
      if (!pressed) return;
      const from = pressed;
      pressed = 0;
      requestAnimationFrame(() => globalThis.answers.push(performance.now() - from));
    };
    addEventListener('keydown', (event) => (pressed = ['Control', 'Shift', 'Alt'].includes(event.key) ? pressed : performance.now()), true);
    for (const kind of ['input', 'focusin']) addEventListener(kind, shown, true);
    new MutationObserver(shown).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  const times = [];
  return {
    ...one,
    asked,
    times,
    /** Presses, and says how long it took until something showed. */
    async press(key, words = key) {
      const before = await one.page.evaluate(() => ((globalThis.answers = []), 0));
      await one.page.keyboard.press(key);
      await until(() => one.page.evaluate((n) => globalThis.answers.length > n, before), `${words} shows something`, 4000);
      const ms = await one.page.evaluate(() => globalThis.answers[0]);
      times.push([words, ms]);
      inTime(ms, 50, `ms from ${words} until something shows`);
    },
    async calm(words) {
      const seen = await one.page.evaluate(() => globalThis.jumps.splice(0));
      const sum = seen.reduce((all, one) => all + one.value, 0);
      atMost(Math.round(sum * 1000) / 1000, mostShift, `${words}: how much jumped: ${seen.map((one) => one.what.join('; ')).join(' | ')}`);
    },
    count: (what) => asked.filter((one) => what.test(one)).length,
  };
}

/** What is asked for there waits until the function it returns is called. */
async function held(page, where) {
  const waiting = [];
  await page.route(where, (route) => void waiting.push(route));
  return async () => {
    await page.unroute(where);
    await Promise.all(waiting.map((route) => route.continue().catch(() => undefined)));
  };
}

async function play({ browser, program, sink, axe, check: told, pictures }) {
  const check = (name, run) =>
    told(name, () =>
      run().catch(async (error) => {
        await page.screenshot({ path: `${pictures}/slow-failed.png` });
        throw error;
      }),
    );
  const { origin, ask } = program;
  const it = await far(browser, origin);
  const { page, context, asked, times } = it;
  const rows = page.locator('[data-row]');
  const article = page.locator('article[data-message]');
  const box = page.getByRole('textbox', { name: /^Your answer/ });
  const composer = page.getByRole('region', { name: 'Your answer' });
  const draft = (thread) => ask('noor', 'GET', `/brands/${brand}/threads/${thread}?words=0`).then((one) => one.draft?.text ?? '');
  const mails = (words) => sink.taken.filter((one) => one.includes(words)).length;
  const opened = () => Number(new URL(page.url()).pathname.split('/')[3] ?? 0);

  await check('slow: Enter pressed twice signs in once, and what one sees then is on its way already', async () => {
    await page.goto(origin);
    await page.getByLabel('Login or e-mail').fill('noor');
    await page.getByLabel('Password', { exact: true }).fill(password);
    const began = performance.now();
    await it.press('Enter', 'Enter at the door');
    await page.keyboard.press('Enter');
    await rows.first().waitFor();
    console.log(`      from Enter to the first row: ${Math.round(performance.now() - began)} ms`);
    equal(it.count(/^POST \/session$/), 1, 'sign-ins');
  });
  await check('slow: who comes again waits for four answers behind each other, no more', async () => {
    const times = [];
    for (let i = 0; i < 3; i++) {
      const again = await far(browser, origin, { cookies: await context.cookies() });
      // A first visit leaves what a second knows: the brand.
      await again.page.addInitScript((key) => localStorage.setItem('amends.brand', key), brand);
      const began = performance.now();
      await again.page.goto(origin + '/inbox/waiting', { waitUntil: 'commit' });
      await again.page.locator('[data-row]').first().waitFor();
      times.push(Math.round(performance.now() - began));
      if (i === 0) console.log(`      requests until the first row: ${again.asked.length}, of them files: ${again.count(/\/assets\//)}`);
      await again.page.waitForTimeout(1200);
      await again.calm('the first screen');
      equal(again.wrong.filter((line) => !ours.test(line)), [], 'complaints');
      await again.context.close();
    }
    console.log(`      cold, ${latency} ms a request, until the first row: ${times.join(' ')} ms`);
    inTime(Math.min(...times), 4 * latency + 900, 'ms to the first row');
  });

  await page.goto(origin + '/inbox/everything');
  await rows.first().waitFor();
  await page.waitForTimeout(2500);
  await it.calm('the list').catch(() => undefined);
  await check('slow: j and k show at once, and nothing jumps', async () => {
    await rows.first().focus();
    for (const key of ['j', 'j', 'k', 'j', 'k']) await it.press(key);
    await it.calm('walking through the list');
  });
  await check('slow: Enter opens at once with what the list knows; where one rested the words are there without waiting', async () => {
    await page.waitForTimeout(1500);
    const began = performance.now();
    await it.press('Enter');
    await article.first().waitFor();
    const ms = performance.now() - began;
    console.log(`      Enter until the words of the thread: ${Math.round(ms)} ms`);
    inTime(ms, latency, 'ms until the words');
    await page.waitForTimeout(1500);
    await it.calm('opening a thread');
  });
  await check('slow: the next thread is there when one goes to it', async () => {
    const took = [];
    for (let i = 0; i < 3; i++) {
      const before = opened();
      const began = performance.now();
      await it.press('j', 'j in a thread');
      await until(async () => opened() !== before && (await article.count()) > 0, 'the next thread');
      took.push(Math.round(performance.now() - began));
      await page.waitForTimeout(1600);
      await it.calm('the next thread');
    }
    console.log(`      j until the words of the next thread: ${took.join(' ')} ms`);
    inTime(Math.min(...took), latency, 'ms until the words');
  });
  await check('slow: leafing quickly asks only where it rests', async () => {
    asked.length = 0;
    for (let i = 0; i < 4; i++) await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await until(async () => (await article.count()) > 0, 'the words');
    await page.waitForTimeout(1500);
    atMost(new Set(asked.filter((one) => /^GET \/threads\/\d+$/.test(one))).size, 3, 'threads asked for: the one it rests on, the one below it, and the one that was left');
    await it.calm('leafing');
  });

  const waiting = (await ask('noor', 'GET', `/brands/${brand}/inbox?view=waiting&limit=100`)).items.filter((one) => one.kind === 'mail');
  const to = async (path) => {
    await page.evaluate((href) => {
      const link = document.createElement('a');
      link.href = href;
      document.querySelector('main').append(link);
      link.click();
      link.remove();
    }, path);
  };
  const [first, second] = waiting;
  await check('slow: who answers before the thread is there loses no letter, and no letter is taken for a key', async () => {
    await to('/inbox/everything');
    await rows.first().waitFor();
    await page.waitForTimeout(600);
    asked.length = 0;
    await to(`/inbox/everything/${first.thread}`);
    await page.getByRole('region', { name: 'Thread' }).or(page.locator('section[aria-label]').last()).first().waitFor();
    await until(() => page.evaluate(() => document.querySelector('.thread .story') !== null), 'the pane');
    await it.press('r');
    await page.keyboard.type('Dear you, e j k z o u and the rest: we see to it.', { delay: 15 });
    await box.waitFor();
    await page.keyboard.type(' Today.', { delay: 15 });
    await until(async () => (await box.inputValue()) === 'Dear you, e j k z o u and the rest: we see to it. Today.', 'all letters');
    equal(opened(), first.thread, 'the thread that is open');
    equal(asked.filter((one) => /^(POST|PUT|DELETE) .*(close|owner|snooze)/.test(one)), [], 'what the letters did');
    await it.calm('beginning to write');
  });
  await check('slow: Ctrl+Enter pressed twice sends once; u brings the words back', async () => {
    asked.length = 0;
    await it.press('Control+Enter');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.type('lost?');
    await page.getByText(/^Leaves in/).first().waitFor();
    equal(it.count(/^POST \/threads\/\d+\/answers$/), 1, 'answers sent');
    await box.waitFor({ state: 'detached' });
    await it.press('u');
    await page.keyboard.press('u');
    await box.waitFor();
    equal(await box.inputValue(), 'Dear you, e j k z o u and the rest: we see to it. Today.');
    equal(it.count(/take-back|take_back|\/updates\/\d+/), 1, 'what was taken back');
    equal(sink.taken.length, 0, 'nothing left');
    await it.calm('sending and taking back');
  });
  await check('slow: typed and sent in one go leaves once, and no draft stays behind', async () => {
    await box.fill('Sent in one go.');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Leaves in/).first().waitFor();
    await to(`/inbox/everything/${second.thread}`);
    await page.waitForTimeout(2500);
    equal(await draft(first.thread), '', 'the draft');
    await until(() => mails('Sent in one go.') > 0, 'the mail', 20_000);
    await page.waitForTimeout(1500);
    equal([mails('Sent in one go.'), sink.taken.length], [1, 1], 'mails');
  });
  await check('slow: a note is written once, a thread is closed at once and comes back', async () => {
    await article.first().waitFor();
    await page.waitForTimeout(1200);
    await page.evaluate(() => globalThis.jumps.splice(0));
    await it.press('n');
    await page.keyboard.type('Seen over a slow line.');
    asked.length = 0;
    await it.press('Control+Enter', 'Ctrl+Enter in a note');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Seen over a slow line.').first().waitFor();
    await page.waitForTimeout(900);
    equal(it.count(/^POST \/threads\/\d+\/notes$/), 1, 'notes');
    await page.evaluate(() => document.activeElement?.blur());
    await it.press('e');
    await page.waitForTimeout(900);
    expect(opened() !== second.thread, 'it went on to another');
    equal((await ask('noor', 'GET', `/brands/${brand}/threads/${second.thread}?words=0`)).thread.status, 'closed');
    await it.press('u');
    await until(async () => (await ask('noor', 'GET', `/brands/${brand}/threads/${second.thread}?words=0`)).thread.status === 'open', 'it is open again');
  });
  await check('slow: a customer opens with a place for everything, and nothing jumps into it', async () => {
    await to('/customers');
    await page.locator('main a[href^="/customers/"]').first().waitFor();
    await page.waitForTimeout(900);
    // What a hand did before, such as a note's box that opens, moves things as it should.
    await page.evaluate(() => globalThis.jumps.splice(0));
    await page.locator('main a[href^="/customers/"]').first().focus();
    await it.press('Enter', 'Enter on a customer');
    const seen = [];
    await until(async () => {
      seen.push(await page.locator('main h1').first().innerText());
      return (await article.count()) > 0;
    }, 'the story');
    expect(!seen.includes('Unknown'), 'nobody is called unknown while their name is on its way');
    await page.waitForTimeout(1500);
    await it.calm('opening a customer');
    equal(await violations(page, axe), [], 'the customer');
  });
  await check('slow: who sends before it is seen where it goes is told so, and keeps the words', async () => {
    // Far from where the keyboard was: nothing was asked of it ahead.
    const third = waiting[waiting.length >> 1];
    await to('/inbox/everything');
    await rows.first().waitFor();
    await page.waitForTimeout(600);
    const composing = page.locator('textarea[id^=composer-]');
    const free = await held(page, '**/threads/*');
    asked.length = 0;
    await to(`/inbox/everything/${third.thread}`);
    await until(() => page.evaluate(() => document.querySelector('.thread .story') !== null), 'the pane');
    await it.press('r');
    await page.keyboard.type('Early bird.');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Not sent yet/).waitFor();
    equal(await composing.count(), 0, 'places to send from');
    await free();
    await composing.waitFor();
    await until(async () => (await composing.inputValue()) === 'Early bird.', 'the words');
    equal(it.count(/^POST .*\/answers$/), 0, 'answers sent');
  });
  await check('slow: a thread that is left before all it asked for is there leaves nothing behind', async () => {
    const id = opened();
    const ways = await held(page, '**/answers/ways*');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await until(() => asked.includes(`GET /threads/${id}/answers/ways`), 'how it can be answered is asked for');
    const thread = await held(page, '**/threads/*');
    const before = it.count(new RegExp(`^GET /threads/${id}$`));
    await ask('noor', 'POST', `/brands/${brand}/threads/${id}/tags`, { tag: 'left' });
    await until(() => it.count(new RegExp(`^GET /threads/${id}$`)) > before, 'the thread is asked for again');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await until(() => opened() === 0, 'the list');
    await thread();
    await page.waitForTimeout(600);
    await ways();
    await page.waitForTimeout(600);
    equal(it.wrong.filter((line) => !ours.test(line)), []);
  });
  await check('slow: each key was answered within 50 ms', async () => {
    const sorted = times.map(([, ms]) => ms).sort((a, b) => a - b);
    console.log(`      ${times.length} keys until something shows: median ${sorted[sorted.length >> 1].toFixed(1)} ms, slowest ${times.sort((a, b) => b[1] - a[1]).slice(0, 3).map(([what, ms]) => `${what} ${ms.toFixed(1)} ms`).join(', ')}`);
    inTime(sorted[Math.floor(sorted.length * 0.9)], 50, 'nine keys of ten, ms');
    expect(times.length > 15, 'keys were pressed');
    equal(it.wrong.filter((line) => !ours.test(line)), []);
    equal(it.outside, []);
  });
  await page.screenshot({ path: `${pictures}/slow.png` });
  await context.close();
}
