// The customer's timeline, the box to answer in and mail in its frame, before a real browser over a program of their own that
// sends through a mail server that takes everything.
import { join } from 'node:path';
import { atMost, equal, expect, inTime } from './check.mjs';
import { signIn, violations, visit } from './page.mjs';
import { bring, mailSink, settingsFor } from './peer.mjs';
import { brand, start } from './program.mjs';

const repository = join(import.meta.dirname, '../../..');
const article = (page) => page.locator('article[data-message]');
const box = (page) => page.getByRole('textbox', { name: /^Your answer/ });
const composer = (page) => page.getByRole('region', { name: 'Your answer' });

async function until(what, words, patience = 10_000) {
  const began = Date.now();
  for (;;) {
    const got = await what();
    if (got) return got;
    if (Date.now() - began > patience) throw new Error(words + ' didn’t come');
    await new Promise((done) => setTimeout(done, 100));
  }
}

export const own = true;

export default async function customer({ browser, axe, check, pictures, looks }) {
  const sink = await mailSink();
  const program = await start(join(pictures, '../../../amends'), { settings: settingsFor(sink.port), bring: bring(join(repository, 'tests')) });
  try {
    await all({ browser, program, sink, axe, check, pictures, looks });
  } finally {
    await program.stop();
    await sink.stop();
  }
}

export async function all({ browser, program, sink, axe, check, pictures, looks }) {
  const { origin, ask } = program;
  const named = async (q) => (await ask('noor', 'GET', `/brands/${brand}/customers?q=${encodeURIComponent(q)}`)).items[0].id;
  const [edda, longina, maya] = [await named('Edda Edited'), await named('Longina Story'), await named('maya@mail.example')];
  const thread = (await ask('noor', 'GET', `/brands/${brand}/customers/${maya}/timeline`)).items.find((one) => one.message?.channel === 'email').message.thread;
  const { page, context, wrong, outside } = await visit(browser, origin);
  await signIn(page, origin, 'noor', '/customers');
  const cookies = await context.cookies();

  await check('a timeline holds every channel, and says what is public in words', async () => {
    await page.goto(`${origin}/customers/${edda}`);
    await article(page).nth(2).waitFor();
    equal(await article(page).count(), 3);
    equal(await page.locator('article .badge.public').allInnerTexts(), ['Public', 'Public']);
    expect(await page.getByText('Taken back by its author').isVisible(), 'the trace of what was taken back');
    expect(!(await page.getByText('This will be taken back').count()), 'no word of it');
  });
  await check('an edit is shown word by word', async () => {
    await page.getByRole('button', { name: 'Edited', exact: true }).click();
    await page.locator('article ins').first().waitFor();
    equal((await page.locator('article del').allInnerTexts()).join('|'), 'cold|won’t');
    equal((await page.locator('article ins').allInnerTexts()).join('|'), 'warm|will');
  });
  await check('v shows what a stranger sees: nothing private', async () => {
    await page.keyboard.press('v');
    await page.getByText('You see what a stranger sees').waitFor();
    equal(await article(page).count(), 2);
    expect(!(await page.getByText('KC-48213').count()), 'no private word');
    await page.keyboard.press('v');
    await page.waitForFunction(() => document.querySelectorAll('article[data-message]').length === 3);
    equal(new URL(page.url()).search, '', 'what is added to the address');
  });
  await check('keys walk through the messages, r answers', async () => {
    await page.keyboard.press('Shift+K');
    await page.keyboard.press('Shift+K');
    await page.waitForFunction(() => document.activeElement?.matches('article[data-message]'));
    await page.keyboard.press('r');
    await box(page).waitFor();
    await page.keyboard.press('Escape');
    await box(page).waitFor({ state: 'detached' });
  });

  await check('5,000 messages: the first view is there in under 200 ms, and scrolling keeps the page small', async () => {
    await page.goto(`${origin}/customers/${edda}`);
    await article(page).first().waitFor();
    const tookAll = [];
    for (let i = 0; i < 7; i++) {
      tookAll.push(
        await page.evaluate(async (path) => {
          const link = document.createElement('a');
          link.href = path;
          document.querySelector('main').append(link);
          const began = performance.now();
          link.click();
          while (!document.body.innerText.includes('Longina Story') || document.querySelectorAll('article[data-message]').length < 10) await new Promise(requestAnimationFrame);
          const took = performance.now() - began;
          link.remove();
          return took;
        }, `/customers/${longina}`),
      );
      await page.goBack();
      await page.waitForFunction(() => document.querySelectorAll('article[data-message]').length === 3);
    }
    // The second best of seven: what it takes, and not what else the machine has to do.
    const took = tookAll.sort((a, b) => a - b)[1];
    console.log(`      opening 5,000 messages: ${tookAll.map(Math.round).join(' ')} ms`);
    await page.goto(`${origin}/customers/${longina}`);
    await article(page).nth(10).waitFor();
    const scroll = page.getByRole('region', { name: 'Everything in order of time' });
    for (let i = 0; i < 25; i++) {
      await scroll.evaluate((el) => (el.scrollTop = 0));
      await page.waitForTimeout(60);
    }
    await page.waitForTimeout(400);
    const shown = await article(page).count();
    console.log(`      articles in the page after 25 pages back: ${shown}`);
    atMost(shown, 150, 'articles in the page');
    inTime(took, 200, 'ms to the first view');
  });

  await check('a draft is kept as it is typed, and is there after the page is loaded again', async () => {
    await page.goto(`${origin}/customers/${maya}`);
    await article(page).last().waitFor();
    await page.keyboard.press('r');
    await box(page).fill('Dear Maya, I am sorry.');
    await composer(page).getByText('Draft saved').waitFor();
    await page.reload();
    await box(page).waitFor();
    equal(await box(page).inputValue(), 'Dear Maya, I am sorry.');
  });
  await check('without a connection it is kept on the device and said so; it goes up afterwards', async () => {
    await context.setOffline(true);
    await box(page).fill('Dear Maya, I am very sorry.');
    await composer(page).getByText('kept on this device').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('No connection. Nothing was sent').waitFor();
    equal(await box(page).inputValue(), 'Dear Maya, I am very sorry.');
    await context.setOffline(false);
    await composer(page).getByText('Draft saved').waitFor({ timeout: 20_000 });
  });
  await check('what leaves is shown whole before', async () => {
    await page.keyboard.press('Alt+P');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Dear Maya, I am very sorry.').waitFor();
    expect((await dialog.innerText()).includes('Re: '), 'the subject');
    equal(await violations(page, axe), [], 'the preview');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });
  await check('Ctrl+Enter sends, u takes it back into the box', async () => {
    await box(page).focus();
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Leaves in/).first().waitFor();
    await box(page).waitFor({ state: 'detached' });
    await page.keyboard.press('u');
    await box(page).waitFor();
    equal(await box(page).inputValue(), 'Dear Maya, I am very sorry.');
    await page.getByText('Taken back, never sent').waitFor();
    equal(sink.taken.length, 0, 'nothing left');
  });
  await check('two answer at once: the second sees the first before anything leaves', async () => {
    const read = await ask('ada', 'GET', `/brands/${brand}/threads/${thread}?words=0`);
    await ask('ada', 'POST', `/brands/${brand}/threads/${thread}/answers`, { text: 'Ada was quicker.', seen_version: read.version }, { 'idempotency-key': 'ada-was-quicker-1' });
    await box(page).focus();
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('dialog', { name: 'Something new came in while you wrote' });
    await dialog.getByText('Ada was quicker.').waitFor();
    await dialog.getByText('Dear Maya, I am very sorry.').waitFor();
    equal(await violations(page, axe), [], 'the dialog');
    await dialog.getByRole('button', { name: 'Change my answer' }).click();
    await dialog.waitFor({ state: 'detached' });
    await box(page).fill('As Ada said: I am sorry, Maya.');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/^Leaves in/).first().waitFor();
    await until(() => sink.taken.length >= 2, 'both mails');
    expect(sink.taken.some((mail) => mail.includes('As Ada said')), 'the answer as it was changed');
    await page.getByText(/^Sent /).nth(1).waitFor();
  });
  await check('two browsers race for one reply: one wins, the other sees the difference, and nothing leaves twice', async () => {
    const row = (await ask('noor', 'GET', `/brands/${brand}/inbox?view=waiting&limit=100`)).items.find((one) => one.kind === 'mail' && one.thread !== thread);
    const two = [];
    for (const login of ['noor', 'ada']) {
      const one = await visit(browser, origin, login === 'noor' ? { cookies } : {});
      if (login === 'ada') await signIn(one.page, origin, login, '/customers');
      await one.page.goto(`${origin}/inbox/everything/${row.thread}`);
      await article(one.page).last().waitFor();
      two.push(one);
    }
    for (const { page } of two) {
      await page.keyboard.press('r');
      await box(page).waitFor();
    }
    // A draft is one a person and thread: each writes their own.
    await two[0].page.keyboard.type('Noor was first.');
    await two[1].page.keyboard.type('Ada was first.');
    await two[1].page.waitForTimeout(900);
    await Promise.all(two.map(({ page }) => page.keyboard.press('Control+Enter')));
    const dialog = (page) => page.getByRole('dialog', { name: 'Something new came in while you wrote' });
    const lost = await until(async () => {
      for (let i = 0; i < 2; i++) if (await dialog(two[i].page).count()) return i + 1;
    }, 'the dialog of who was second') - 1;
    const [winner, loser] = lost === 1 ? ['Noor was first.', 'Ada was first.'] : ['Ada was first.', 'Noor was first.'];
    await dialog(two[lost].page).getByText(winner).waitFor();
    await dialog(two[lost].page).getByText(loser).waitFor();
    equal(await dialog(two[1 - lost].page).count(), 0, 'dialogs of who was first');
    const mails = (words) => sink.taken.filter((one) => one.includes(words)).length;
    await until(() => mails(winner) > 0, 'the mail of who was first');
    await two[0].page.waitForTimeout(1500);
    equal([mails(winner), mails(loser)], [1, 0], 'mails of who was first and second');
    for (const { context, wrong } of two) {
      equal(wrong, [], 'the console');
      await context.close();
    }
  });
  await check('what a picture shows goes with it, and what is too large is said before it is read', async () => {
    await page.goto(`${origin}/customers/${maya}`);
    await article(page).last().waitFor();
    await page.keyboard.press('r');
    await box(page).fill('Here is the new cup.');
    const pick = page.locator('input[type="file"]');
    await pick.setInputFiles([
      { name: 'cup.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgo=', 'base64') },
      { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(21 * 1024 * 1024) },
    ]);
    await page.getByText('film.bin doesn’t fit: 21 MB in all.').waitFor();
    await composer(page).getByLabel('What cup.png shows').fill('A blue cup');
    equal(await composer(page).getByLabel('What film.bin shows').count(), 0, 'film.bin');
    equal(await violations(page, axe), [], 'the composer with a picture');
    if (pictures) await page.screenshot({ path: join(pictures, 'composer-picture.png') });
    const before = sink.taken.length;
    await box(page).focus();
    await page.keyboard.press('Control+Enter');
    await until(() => sink.taken.length > before, 'the mail', 20_000);
    const mail = sink.taken.at(-1);
    expect(mail.includes('cup.png') && mail.includes('A blue cup'), 'the picture and what it shows');
    await page.getByText(/^Sent /).last().waitFor();
  });
  await check('wording by step: gaps are listed, known fields are filled', async () => {
    await page.keyboard.press('r');
    await box(page).waitFor();
    await page.keyboard.press('Alt+W');
    const panel = page.getByRole('region', { name: 'Wording' });
    await panel.getByText(/\d gaps?/).waitFor();
    equal(await panel.getByLabel(/the customer, as they sign/i).inputValue(), 'Maya Lindqvist');
    await panel.getByLabel('For what').selectOption('thanks');
    for (const field of await panel.locator('textarea, input').all()) {
      const type = await field.getAttribute('type');
      if (!(await field.inputValue())) await field.fill(type === 'datetime-local' ? '2030-03-03T10:00' : type === 'date' ? '2030-03-03' : 'It is put right');
    }
    await panel.getByText('No gaps').waitFor();
    equal(await violations(page, axe), [], 'the wording');
    await panel.getByRole('button', { name: 'Use this text' }).click();
    expect((await box(page).inputValue()).includes('Maya'), 'the text is in the box');
    await composer(page).getByRole('button', { name: 'Throw the draft away' }).click();
  });

  await check('a merge is one choice and taken back exactly', async () => {
    await page.keyboard.press('i');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Who is the same person?').fill('Edda Edited');
    await dialog.getByRole('button', { name: /Edda Edited/ }).click();
    await dialog.getByRole('button', { name: 'Join', exact: true }).click();
    await page.getByRole('complementary').getByText('chirp:edda').waitFor();
    await until(async () => (await page.locator('article .badge.public').count()) > 0, 'her reviews');
    await page.getByRole('complementary').getByRole('button', { name: 'Take it back' }).first().click();
    await page.getByRole('complementary').getByText('chirp:edda').waitFor({ state: 'detached' });
  });
  await check('a message becomes a thread of its own and comes back', async () => {
    await page.goto(`${origin}/customers/${maya}`);
    await article(page).last().waitFor();
    await article(page).last().getByRole('button', { name: 'More about this message' }).click();
    await page.getByRole('menuitem', { name: 'Make it a thread of its own' }).click();
    await page.getByText('It is a thread of its own now').waitFor();
    await page.keyboard.press('u');
    await page.getByText('It is a thread of its own now').waitFor({ state: 'detached' });
  });
  await check('an erasure shows what would go before it asks', async () => {
    await page.goto(`${origin}/customers/${longina}`);
    await page.getByRole('button', { name: 'Erase …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('5,000').first().waitFor();
    expect(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled(), 'not before the name is typed');
    equal(await violations(page, axe), [], 'the dialog');
    await page.keyboard.press('Escape');
  });
  equal0(check, wrong.filter((line) => !/ERR_INTERNET_DISCONNECTED/.test(line)), 'nothing is complained of in the console');
  await context.close();

  await check('hostile mail, names, subjects and files: 0 scripts, 0 requests', () => hostile({ browser, program, cookies, axe }));
  await look({ browser, origin, cookies, axe, check, pictures, ids: { edda, maya, longina }, looks });
  expect(outside.length === 0, 'a request left: ' + outside.slice(0, 3));
}
const equal0 = (check, list, name) => check(name, async () => equal(list.slice(0, 5), []));

async function hostile({ browser, program, cookies, axe }) {
  const { origin, ask } = program;
  const { page, context, wrong, outside } = await visit(browser, origin, { cookies });
  const fired = [];
  await page.exposeFunction('canary', () => fired.push(page.url()));
  page.on('dialog', (dialog) => (fired.push(dialog.message()), dialog.dismiss()));
  const leaks = [];
  await context.route(/leak\.test|evil\.example/, (route) => (leaks.push(route.request().url()), route.abort()));
  const mallory = (await ask('noor', 'GET', `/brands/${brand}/customers?q=mallory`)).items;
  expect(mallory.length > 0, 'the hostile customer');
  let frames = 0;
  for (const one of mallory) {
    await page.goto(`${origin}/customers/${one.id}`);
    await article(page).first().waitFor();
    const scroll = page.getByRole('region', { name: 'Everything in order of time' });
    for (let i = 0; i < 14; i++) {
      await page.waitForTimeout(120);
      frames = Math.max(frames, await page.locator('iframe').count());
      // Frames come and go while one scrolls: all that are there now, at once.
      const boxes = await page.evaluate(() => [...new Set([...document.querySelectorAll('iframe')].map((frame) => frame.getAttribute('sandbox')))]);
      expect(boxes.every((one) => one === 'allow-same-origin allow-popups allow-popups-to-escape-sandbox'), boxes.join());
      const bad = await page.evaluate(() =>
        [...document.querySelectorAll('iframe')].flatMap((frame) => {
          const inside = frame.contentDocument;
          if (!inside?.body) return [];
          const tags = [...inside.querySelectorAll('script, iframe, object, embed, form, input, svg, math, base, link, body meta, body style')].map((node) => node.outerHTML.slice(0, 120));
          const handlers = [...inside.querySelectorAll('*')].filter((node) => [...node.attributes].some((a) => /^on/i.test(a.name) || /^\s*(?:javascript|vbscript|data):/i.test(a.value))).map((node) => node.outerHTML.slice(0, 120));
          const over = [...inside.querySelectorAll('*')].filter((node) => ['fixed', 'absolute', 'sticky'].includes(getComputedStyle(node).position)).map((node) => node.outerHTML.slice(0, 120));
          return [...tags, ...handlers, ...over];
        }),
      );
      equal(bad, [], 'what stands in the frames');
      await scroll.evaluate((el) => (el.scrollTop -= el.clientHeight * 2));
    }
    await scroll.evaluate((el) => (el.scrollTop = el.scrollHeight));
  }
  await page.goto(`${origin}/customers`);
  await page.waitForTimeout(300);
  await page.goto(`${origin}/inbox/everything`);
  await page.waitForTimeout(500);
  expect(frames > 3, `frames were shown: ${frames}`);
  equal(fired, [], 'scripts that ran');
  equal(leaks, [], 'requests to others');
  equal(outside, [], 'requests that left');
  equal(
    wrong.filter((line) => !/Blocked script execution|ERR_FAILED|sandboxed/.test(line)).slice(0, 3),
    [],
    'the console',
  );
  equal(wrong.filter((line) => /Blocked script execution/.test(line)).length, 0, 'scripts that only the sandbox stopped');
  await context.close();
}

async function look({ browser, origin, cookies, axe, check, pictures, ids, looks }) {
  for (const [theme, width] of looks) {
    await check(`customer at ${width} px, ${theme}: accessible, nothing sticks out`, async () => {
      const { page, context, wrong } = await visit(browser, origin, { width, height: width === 360 ? 780 : width === 1280 ? 800 : 1300, theme, cookies });
      const shots = [
        ['customers', '/customers', async () => page.getByRole('list', { name: 'Customers' }).waitFor()],
        ['customer', `/customers/${ids.maya}`, async () => article(page).last().waitFor()],
        ['customer-public', `/customers/${ids.edda}`, async () => (await article(page).last().waitFor(), page.getByRole('button', { name: 'Edited', exact: true }).click())],
        [
          'customer-writing',
          `/customers/${ids.maya}`,
          async () => {
            await article(page).last().waitFor();
            await page.keyboard.press('r');
            await box(page).waitFor();
            await page.waitForTimeout(300);
          },
        ],
      ];
      for (const [name, path, ready] of shots) {
        await page.goto(origin + path);
        await ready();
        await page.waitForTimeout(250);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        await page.screenshot({ path: `${pictures}/${name}-${width}-${theme}.png` });
        expect(over <= 0, `${name} is ${over} px too wide`);
        if (width !== 2560) equal(await violations(page, axe), [], name);
      }
      equal(wrong.slice(0, 3), [], 'the console');
      await context.close();
    });
  }
}
