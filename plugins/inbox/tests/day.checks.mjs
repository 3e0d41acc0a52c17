// A day of an agent: thirty-three items of eight channels, by keyboard alone. Each is found in the list, dealt with, and what
// the program holds afterwards is looked at: the answer at its site, the note, the owner, the hour it sleeps until.
import { join } from 'node:path';
import { equal, expect } from './check.mjs';
import { until } from './inbox.mjs';
import { signIn, tabTo, violations, visit } from './page.mjs';
import { mailSink, settingsFor } from './peer.mjs';
import { brand, start } from './program.mjs';
import { town } from './town.mjs';

export const own = true;

export default async function day({ browser, axe, check, pictures }) {
  const sites = await town();
  const sink = await mailSink();
  let program;
  try {
    program = await start(join(pictures, '../../../amends'), { settings: async (folder) => settingsFor(sink.port) + (await sites.settings(folder)) });
    await play({ browser, program, sites, sink, axe, check, pictures });
  } finally {
    await program?.stop();
    await sites.stop();
    await sink.stop();
  }
}

async function play({ browser, program, sites, sink, axe, check, pictures }) {
  const { origin, ask } = program;
  const list = async (view = 'everything', limit = 200) => (await ask('ada', 'GET', `/brands/${brand}/inbox?view=${view}&limit=${limit}`)).items;
  const whole = (thread) => ask('ada', 'GET', `/brands/${brand}/threads/${thread}?words=0`);
  const { page, context, wrong, outside } = await visit(browser, origin);
  const keys = page.keyboard;
  await page.addInitScript(() => {
    globalThis.mousePresses = 0;
    addEventListener('pointerdown', () => globalThis.mousePresses++, true);
  });
  const began = performance.now();
  const done = new Map();

  await check('day: what people said this morning is there, from every channel', async () => {
    await sites.meet(program);
    for (const name of ['Wanda', 'Wim', 'Wilma', 'Walt']) await sites.whatsapp(name, `It is ${name}: my tin came open.`);
    for (const name of ['Sal', 'Sina', 'Sorin', 'Signe']) await sites.shop({ author: name, text: `Here is ${name}. Where is my order?` });
    for (const name of ['Dee', 'Dora']) await sites.desk({ kind: 'review', author: name, handle: name.toLowerCase() + '@guest.example', rating: 2, text: `${name} found the coffee cold.`, permalink: `https://mapsite.example/r/${name}` });
    for (const name of ['Dirk', 'Della']) await sites.desk({ kind: 'call', author: name, handle: '+49 151 1234567' + name.length, text: `${name} rang about a lid.` });
    for (const name of ['Tess', 'Tom', 'Tilda', 'Theo', 'Tara']) sites.telegram(name, `Hi, ${name} here. Is the shop open?`);
    for (const name of ['opens', 'closes', 'moves']) sites.news(`Kestrel ${name}`, `The kestrel café ${name} a shop.`);
    await sites.form({ text: 'Fred has a word on the mugs.', name: 'Fred', mail: 'fred@guest.example' });
    await until(async () => (await list()).filter((one) => ['feed', 'telegram'].includes(one.channel)).length === 8, 'the feed and the bot', 20_000);
    const channels = new Set((await list()).map((one) => one.channel));
    expect(channels.size >= 8, [...channels].join(' '));
    await signIn(page, origin, 'ada', '/inbox/everything');
    await page.locator('[data-row]').first().waitFor();
    await page.screenshot({ path: `${pictures}/day-morning.png` });
  });

  /** By j and k to the row of a thread. */
  async function reach(thread) {
    const at = () => page.evaluate(() => document.activeElement?.closest('[role="listitem"]')?.getAttribute('aria-posinset') ?? '');
    for (let tries = 0; tries < 3; tries++) {
      const to = (await list()).findIndex((one) => one.thread === thread) + 1;
      expect(to > 0, 'the thread is in the list');
      if (!(await at())) await keys.press('j');
      await page.waitForFunction(() => document.activeElement?.hasAttribute('data-row'));
      const steps = to - Number(await at());
      for (let i = 0; i < Math.abs(steps); i++) await keys.press(steps > 0 ? 'j' : 'k');
      const arrived = await page.waitForFunction((row) => document.activeElement?.getAttribute('data-row') === row, String(thread), { timeout: 1500 }).then(() => true, () => false);
      if (arrived) return;
    }
    throw new Error('j and k never came to the thread ' + thread);
  }
  async function open(thread) {
    await reach(thread);
    await keys.press('Enter');
    await page.waitForURL('**/inbox/everything/' + thread);
    await page.locator('main header h2').waitFor();
  }
  async function back() {
    await keys.press('Escape');
    await page.waitForURL('**/inbox/everything');
    await page.waitForFunction(() => document.activeElement?.hasAttribute('data-row'));
  }
  // Not the box that takes letters until one sees where they go.
  const box = page.locator('textarea[id^=composer-]');
  async function write(text) {
    await page.locator('article').first().waitFor();
    await keys.press('r');
    await box.waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await keys.type(text);
  }
  const acts = {
    async answer(row, text) {
      await open(row.thread);
      await write(text);
      await keys.press('Control+Enter');
      await page.getByText(/^Leaves in/).first().waitFor();
      await box.waitFor({ state: 'detached' });
      await back();
      await until(async () => (await whole(row.thread)).updates?.some((one) => one.state !== 'cancelled'), 'on its way: ' + text);
    },
    async posted(row, text) {
      await open(row.thread);
      await write(text);
      await keys.press('Control+Enter');
      await page.getByText('To be posted by hand').waitFor();
      await tabTo(page, /^Where it stands/);
      await keys.type('https://mapsite.example/r/answer');
      await tabTo(page, /^Mark as posted/);
      await keys.press('Enter');
      await until(async () => (await whole(row.thread)).updates?.some((one) => one.state === 'sent' && one.permalink), 'marked as posted');
      await page.getByText(/posted our reply by hand/).waitFor();
      await back();
    },
    async note(row, text) {
      await open(row.thread);
      await keys.press('n');
      await page.getByPlaceholder(/Only colleagues/).waitFor();
      await keys.type(text);
      await keys.press('Control+Enter');
      await until(async () => (await whole(row.thread)).notes?.some((one) => one.text === text), 'noted');
      await page.getByPlaceholder(/Only colleagues/).waitFor({ state: 'detached' });
      await back();
    },
    async take(row) {
      await reach(row.thread);
      await keys.press('o');
      await until(async () => (await whole(row.thread)).thread.owner === 'ada', 'taken');
    },
    async assign(row, who) {
      await reach(row.thread);
      await keys.press('h');
      await page.getByRole('combobox').waitFor();
      await keys.type(who);
      await page.getByRole('option', { name: new RegExp(who, 'i') }).first().waitFor();
      await keys.press('Enter');
      await until(async () => (await whole(row.thread)).thread.owner === who.toLowerCase(), 'given to ' + who);
    },
    async snooze(row) {
      await reach(row.thread);
      await keys.press('z');
      await page.getByRole('dialog', { name: 'Snooze until' }).waitFor();
      await tabTo(page, /^Tomorrow morning/);
      await keys.press('Enter');
      await until(async () => (await whole(row.thread)).thread.status === 'snoozed', 'asleep');
    },
    async tag(row, tag) {
      await reach(row.thread);
      await keys.press('t');
      await page.getByRole('combobox', { name: 'Add a tag' }).waitFor();
      await keys.type(tag);
      await keys.press('Enter');
      await until(async () => (await whole(row.thread)).tags?.includes(tag), 'tagged');
      await page.getByRole('combobox', { name: 'Add a tag' }).waitFor({ state: 'detached' });
    },
    async close(row) {
      await reach(row.thread);
      await keys.press('e');
      await until(async () => (await whole(row.thread)).thread.status === 'closed', 'closed');
    },
    async undone(row) {
      await reach(row.thread);
      await keys.press('e');
      // At once: it means what was just done, though the program has not said yet that it is.
      await keys.press('u');
      await until(async () => (await whole(row.thread)).events?.filter((one) => ['closed', 'reopened'].includes(one.kind.replace('thread.', ''))).length >= 2, 'closed and taken back');
      await until(async () => (await whole(row.thread)).thread.status === 'open', 'open again');
    },
    async unsent(row, text) {
      await open(row.thread);
      await write(text);
      await keys.press('Control+Enter');
      await page.getByText(/^Leaves in/).first().waitFor();
      await box.waitFor({ state: 'detached' });
      await keys.press('u');
      await box.waitFor();
      equal(await box.inputValue(), text, 'what was written is back');
      await keys.press('Escape');
      await back();
      expect((await whole(row.thread)).updates?.every((one) => one.state === 'cancelled'), 'never sent');
      const now = (await list()).find((one) => one.thread === row.thread);
      equal([now.direction, now.awaiting_answer, now.preview], ['in', true, row.preview], 'they wait as before');
    },
  };
  const by = (channel, author) => (row) => row.channel === channel && (!author || row.author === author);
  const mail = (n) => (row, all) => row === all.filter((one) => one.channel === 'email' && one.awaiting_answer && one.customer_name)[n];
  const file = (kind, n) => (row, all) => row === all.filter((one) => one.channel === 'file' && one.kind === kind && one.awaiting_answer)[n];
  const plan = [
    ['whatsapp', by('whatsapp', 'Wanda'), 'answer', 'Dear Wanda, a new tin is on its way.'],
    ['whatsapp', by('whatsapp', 'Wim'), 'answer', 'Dear Wim, a new tin is on its way.'],
    ['whatsapp', by('whatsapp', 'Wilma'), 'snooze'],
    ['whatsapp', by('whatsapp', 'Walt'), 'undone'],
    ['webhook', by('webhook', 'Sal'), 'answer', 'Dear Sal, it leaves today.'],
    ['webhook', by('webhook', 'Sina'), 'answer', 'Dear Sina, it left yesterday.'],
    ['webhook', by('webhook', 'Sorin'), 'unsent', 'Dear Sorin, wait.'],
    ['webhook', by('webhook', 'Signe'), 'assign', 'Curt'],
    ['manual', by('manual', 'Dee'), 'posted', 'Dear Dee, the machine is mended.'],
    ['manual', by('manual', 'Dora'), 'posted', 'Dear Dora, come again, it is hot now.'],
    ['manual', by('manual', 'Dirk'), 'note', 'Rang back, lid promised for Monday.'],
    ['manual', by('manual', 'Della'), 'take'],
    ['telegram', by('telegram', 'Tess'), 'answer', 'Hello Tess, until six.'],
    ['telegram', by('telegram', 'Tom'), 'answer', 'Hello Tom, until six.'],
    ['telegram', by('telegram', 'Tilda'), 'unsent', 'Hello Tilda, until seven.'],
    ['telegram', by('telegram', 'Theo'), 'close'],
    ['telegram', by('telegram', 'Tara'), 'tag', 'opening'],
    ['feed', (row) => row.channel === 'feed' && /opens/.test(row.subject + row.preview), 'note', 'Good news, for the window.'],
    ['feed', (row) => row.channel === 'feed' && /closes/.test(row.subject + row.preview), 'take'],
    ['feed', (row) => row.channel === 'feed' && /moves/.test(row.subject + row.preview), 'close'],
    ['web_form', by('web_form'), 'note', 'The mugs again.'],
    ['email', mail(0), 'answer', 'I am sorry. It is put right today.'],
    ['email', mail(0), 'answer', 'Thank you. A colleague looks at it now.'],
    ['email', mail(0), 'tag', 'kitchen'],
    ['email', mail(1), 'snooze'],
    ['email', mail(2), 'assign', 'Curt'],
    ['email', mail(3), 'take'],
    ['file', file('review', 0), 'tag', 'warmth'],
    ['file', file('review', 1), 'note', 'Asked the shop about the till.'],
    ['file', file('review', 2), 'close'],
    ['file', file('mention', 0), 'undone'],
    ['file', file('mention', 1), 'take'],
    ['file', file('mention', 2), 'snooze'],
  ];
  await check(`day: ${plan.length} items, each dealt with and seen to be`, async () => {
    for (const [channel, fits, act, ...more] of plan) {
      const all = await list();
      const row = all.find((one) => !done.has(one.thread) && fits(one, all.filter((other) => !done.has(other.thread))));
      expect(row, `there is one to ${act} of ${channel}`);
      done.set(row.thread, channel);
      try {
        await acts[act](row, ...more);
      } catch (error) {
        await page.screenshot({ path: `${pictures}/day-failed.png` });
        throw new Error(`${act} ${row.author} (${channel}): ${error.message}`);
      }
    }
    equal(new Set(done.values()).size, 8, 'channels');
    expect(done.size >= 30, `${done.size} threads`);
    await page.screenshot({ path: `${pictures}/day-evening.png` });
  });
  await check('day: the sites have the answers, each once, and what was taken back nobody has', async () => {
    const said = (one) => one.text?.body ?? one.text;
    await until(() => sites.sent.whatsapp.length + sites.sent.shop.length + sites.sent.telegram.length + sink.taken.length >= 8, 'eight answers', 30_000);
    equal(sites.sent.whatsapp.map(said).sort(), ['Dear Wanda, a new tin is on its way.', 'Dear Wim, a new tin is on its way.']);
    equal(sites.sent.shop.map(said).sort(), ['Dear Sal, it leaves today.', 'Dear Sina, it left yesterday.']);
    equal(sites.sent.telegram.map(said).sort(), ['Hello Tess, until six.', 'Hello Tom, until six.']);
    equal([sink.taken.filter((one) => one.includes('It is put right today')).length, sink.taken.filter((one) => one.includes('A colleague looks at it now')).length, sink.taken.length], [1, 1, 2], 'mails');
    expect((await page.evaluate(() => globalThis.mousePresses)) === 0, 'no mouse');
    console.log(`      ${done.size} items over ${new Set(done.values()).size} channels in ${Math.round((performance.now() - began) / 1000)} s`);
  });
  await check('day: a file that the channel does not take is refused as it is dropped, with what it takes', async () => {
    const row = (await list()).find((one) => one.channel === 'whatsapp');
    await page.goto(`${origin}/inbox/everything/${row.thread}`);
    await page.locator('article').first().waitFor();
    await page.keyboard.press('r');
    const region = page.getByRole('region', { name: 'Your answer' });
    await region.getByRole('textbox').first().waitFor();
    const drop = (name, type, bytes) =>
      region.evaluate((el, [name, type, bytes]) => {
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array(bytes)], name, { type }));
        el.dispatchEvent(new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
      }, [name, type, bytes]);
    await drop('setup.exe', 'application/x-msdownload', 10);
    await page.getByText('setup.exe is of a kind that doesn’t go with an answer there. It takes one file (jpeg, png) up to 5.2 MB').waitFor();
    await drop('huge.png', 'image/png', 6_000_000);
    await page.getByText('huge.png is larger than the 5.2 MB a file may have there.').waitFor();
    await drop('cup.png', 'image/png', 10);
    await region.getByText('cup.png', { exact: true }).waitFor();
    await drop('tin.png', 'image/png', 10);
    await page.getByText('Only 1 file goes with one answer there.').waitFor();
    equal(await region.locator('ul li').count(), 1, 'files that go along');
    equal(await violations(page, axe), [], 'the composer with a file');
    await page.screenshot({ path: `${pictures}/day-attached.png` });
    await region.getByRole('button', { name: 'Remove cup.png' }).click();
    await page.keyboard.press('Escape');
  });
  await check('day: a thread of every channel is as accessible as the others, in both themes', async () => {
    const rows = await list();
    for (const theme of ['light', 'dark']) {
      const other = await visit(browser, origin, { theme, cookies: await context.cookies() });
      for (const channel of new Set(done.values())) {
        const row = rows.find((one) => one.channel === channel && one.direction === 'out' && done.has(one.thread)) ?? rows.find((one) => one.channel === channel);
        await other.page.goto(`${origin}/inbox/everything/${row.thread}`);
        await other.page.locator('article').first().waitFor();
        await other.page.waitForTimeout(250);
        equal(await violations(other.page, axe), [], `${channel} in ${theme}`);
        if (theme === 'light') await other.page.screenshot({ path: `${pictures}/day-${channel}.png` });
      }
      equal(other.wrong, [], 'complaints of the browser');
      await other.context.close();
    }
  });
  await check('day: nothing went wrong, and nothing left', async () => {
    equal(wrong, []);
    equal(outside, []);
  });
  await context.close();
}
