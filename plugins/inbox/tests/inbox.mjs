// The inbox and the shell before a real browser.
import { equal, expect, atMost } from './check.mjs';
import { brand } from './program.mjs';
import { signIn, violations, visit } from './page.mjs';

const rows = (page) => page.locator('[data-row]');
const current = (page) => page.evaluate(() => document.activeElement?.getAttribute('data-row'));

export async function inbox({ browser, program, axe, check, pictures, looks }) {
  const { origin, ask } = program;
  const { page, context, wrong, outside } = await visit(browser, origin);

  await check('who isn’t signed in gets the sign-in page, whatever the address', async () => {
    await page.goto(origin + '/inbox/mine');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    equal(await violations(page, axe), [], 'the sign-in page');
  });
  await check('a wrong password is said, and the right one leads to the address', async () => {
    await page.getByLabel('Login or e-mail').fill('noor');
    await page.getByLabel('Password', { exact: true }).fill('wrong wrong wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await signIn(page, origin, 'noor', '/inbox/waiting');
    await rows(page).first().waitFor();
    expect((await rows(page).count()) > 5, 'there are rows');
  });
  await check('the answer bears the strict policy and is kept by its content', async () => {
    const answer = await fetch(origin + '/', { headers: { 'accept-encoding': 'br' } });
    const policy = answer.headers.get('content-security-policy');
    for (const rule of ["script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) expect(policy.includes(rule), rule);
    equal([answer.headers.get('x-content-type-options'), answer.headers.get('referrer-policy'), answer.headers.get('cache-control')], ['nosniff', 'no-referrer', 'no-cache']);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await answer.text())[1];
    const file = await fetch(origin + script, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('cache-control').includes('immutable'), 'immutable');
    equal(file.headers.get('content-encoding'), 'br');
    const again = await fetch(origin + script, { headers: { 'if-none-match': file.headers.get('etag'), 'accept-encoding': 'br' } });
    equal(again.status, 304);
  });

  await check('j and k move, Enter opens, Esc goes back, the place stays', async () => {
    await page.goto(origin + '/inbox/waiting');
    await rows(page).first().waitFor();
    const first = await rows(page).nth(0).getAttribute('data-row');
    const second = await rows(page).nth(1).getAttribute('data-row');
    await page.keyboard.press('j');
    equal(await current(page), second);
    await page.keyboard.press('k');
    equal(await current(page), first);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/inbox/waiting/' + second);
    await page.getByRole('region', { name: 'Thread', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/inbox/waiting');
    await page.waitForFunction((row) => document.activeElement?.getAttribute('data-row') === row, second);
  });
  await check('the footer says what Space does, and Space does it', async () => {
    const said = await page.locator('footer .next').innerText();
    expect(/open/.test(said), said);
    await page.keyboard.press('Space');
    await page.waitForURL(/\/inbox\/waiting\/\d+$/);
    await page.keyboard.press('Escape');
  });
  await check('g and a letter go, ? shows every key, / searches', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.waitForURL('**/customers');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForURL('**/inbox');
    await rows(page).first().waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    expect((await help.locator('dt').count()) > 15, 'keys are listed');
    equal(await violations(page, axe), [], 'the keys page');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.waitForURL('**/search');
  });
  await check('search finds, marks the words, filters, and opens a thread by keyboard', async () => {
    await page.waitForFunction(() => document.activeElement?.getAttribute('type') === 'search');
    await page.keyboard.type('milk');
    await page.locator('mark').first().waitFor();
    expect((await page.locator('mark').first().innerText()).toLowerCase().includes('milk'), 'the word is marked');
    const all = await page.locator('.hits li').count();
    await page.getByLabel('Kind').selectOption('review');
    await page.waitForURL(/kind=review/);
    await page.waitForFunction((n) => document.querySelectorAll('.hits li').length < n && document.querySelectorAll('.hits li').length > 0, all);
    equal(await violations(page, axe), [], 'the search page');
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/inbox\/everything\/\d+$/);
    await page.goto(origin + '/search?q=zzzznothing');
    await page.getByRole('heading', { name: 'Nothing fits' }).waitFor();
  });
  await check('the palette runs commands and finds customers', async () => {
    await page.goto(origin + '/inbox/waiting');
    await rows(page).first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    equal(await violations(page, axe), [], 'the palette');
    await page.keyboard.type('snoozed');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/inbox/snoozed');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('maya');
    await page.getByRole('option', { name: /Maya Lindqvist/ }).first().click();
    await page.waitForURL(/\/customers\/\d+$/);
  });
  await check('an empty view teaches', async () => {
    await page.goto(origin + '/inbox/snoozed');
    await page.getByRole('heading', { name: 'Nothing sleeps' }).waitFor();
    equal(await violations(page, axe), [], 'an empty view');
  });

  await check('what is done can be taken back with u', async () => {
    await page.goto(origin + '/inbox/unowned');
    await rows(page).first().waitFor();
    const thread = await rows(page).first().getAttribute('data-row');
    const state = async () => (await ask('noor', 'GET', `/brands/${brand}/threads/${thread}?words=0`)).thread;
    await page.keyboard.press('o');
    await page.locator('.toast').filter({ hasText: 'Taken' }).waitFor();
    await page.waitForFunction((t) => !document.querySelector(`[data-row="${t}"]`), thread);
    equal((await state()).owner, 'noor');
    await page.keyboard.press('u');
    await page.locator(`[data-row="${thread}"]`).waitFor();
    await until(async () => (await state()).owner === null, 'the owner is taken back');
    await page.locator(`[data-row="${thread}"]`).focus();
    await page.keyboard.press('e');
    await until(async () => (await state()).status === 'closed', 'closed');
    // The page has the program's word a moment after the program's neighbours have it.
    await page.waitForTimeout(300);
    await page.keyboard.press('u');
    await until(async () => (await state()).status === 'open', 'open again');
  });
  await check('a thread is snoozed, tagged and noted by keyboard', async () => {
    await page.goto(origin + '/inbox/waiting');
    await rows(page).first().waitFor();
    const thread = await rows(page).first().getAttribute('data-row');
    const whole = () => ask('noor', 'GET', `/brands/${brand}/threads/${thread}?words=0`);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Thread', exact: true }).waitFor();
    await page.locator('main header h2').waitFor();
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Add a tag' }).waitFor();
    equal(await violations(page, axe), [], 'the tag chooser');
    await page.keyboard.type('delivery');
    await page.keyboard.press('Enter');
    await until(async () => (await whole()).tags?.includes('delivery'), 'tagged');
    await page.keyboard.press('n');
    await page.getByPlaceholder(/Only colleagues/).waitFor();
    await page.keyboard.type('Look at this @ad');
    await page.getByRole('option', { name: /Ada/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await whole()).notes?.some((note) => note.text === 'Look at this @ada'), 'the note is there');
    await page.locator('.mention').waitFor();
    equal(await violations(page, axe), [], 'a thread with a note');
    // Half a note stays with its thread while one looks into another.
    const box = page.getByPlaceholder(/Only colleagues/);
    await page.keyboard.press('n');
    await page.keyboard.type('Half a no');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await until(async () => !page.url().endsWith('/' + thread), 'the next thread');
    await box.waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await box.waitFor();
    equal(await box.inputValue(), '', 'the box of another thread');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    await until(async () => page.url().endsWith('/' + thread), 'the thread again');
    await box.waitFor();
    equal(await box.inputValue(), 'Half a no', 'the note that was begun');
    await page.keyboard.press('n');
    await page.keyboard.type('te');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await whole()).notes?.some((note) => note.text === 'Half a note'), 'the note that was begun is there');
    await box.waitFor({ state: 'detached' });
    await page.keyboard.press('z');
    await page.getByRole('dialog', { name: 'Snooze until' }).waitFor();
    equal(await violations(page, axe), [], 'the snooze dialog');
    await page.getByRole('button', { name: /Tomorrow morning/ }).click();
    await until(async () => (await whole()).thread.status === 'snoozed', 'asleep');
    await page.keyboard.press('u');
    await until(async () => (await whole()).thread.status === 'open', 'awake');
  });
  await check('many threads are changed after a preview, and taken back', async () => {
    await page.goto(origin + '/inbox/waiting');
    await rows(page).first().waitFor();
    const picked = [];
    for (let i = 0; i < 3; i++) {
      picked.push((await current(page)) ?? (await rows(page).nth(i).getAttribute('data-row')));
      await page.keyboard.press('x');
      await page.keyboard.press('j');
    }
    await page.getByRole('toolbar', { name: '3 selected' }).getByRole('button', { name: 'Close', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /Close: 3 threads/ });
    await dialog.getByText('3 threads will change.').waitFor();
    equal(await violations(page, axe), [], 'the preview');
    await dialog.getByRole('button', { name: 'Do it' }).click();
    const states = async () => (await Promise.all(picked.map((t) => ask('noor', 'GET', `/brands/${brand}/threads/${t}?words=0`)))).map((t) => t.thread.status);
    await until(async () => (await states()).every((s) => s === 'closed'), 'all closed');
    await page.waitForTimeout(300);
    await page.keyboard.press('u');
    await until(async () => (await states()).every((s) => s === 'open'), 'all open again');
  });

  await check('what others do shows by itself and nothing jumps', async () => {
    await page.goto(origin + '/inbox/everything');
    await rows(page).first().waitFor();
    await page.waitForTimeout(300);
    await page.evaluate(() => document.querySelector('[data-row]').closest('.list').scrollTo(0, 780));
    await page.waitForTimeout(150);
    const place = () =>
      page.evaluate(() => {
        const list = document.querySelector('[data-row]').closest('.list');
        const box = list.getBoundingClientRect();
        const seen = [...list.querySelectorAll('[data-row]')].find((a) => a.getBoundingClientRect().top >= box.top + 1);
        return [seen.dataset.row, Math.round(seen.getBoundingClientRect().top)];
      });
    const was = await place();
    await ask('ada', 'PUT', `/brands/${brand}/threads/${was[0]}/owner`, { owner: 'ada' });
    await page.locator(`[data-row="${was[0]}"] [aria-label="Owner: Ada"]`).waitFor();
    equal(await place(), was, 'the place after a change');
    const line = JSON.stringify({ id: 'fresh-1', kind: 'mention', source: 'chirp', author: 'Fresh Face', handle: 'fresh', at: new Date().toISOString(), text: 'Is the shop open on Sunday? @kestrelandcrumb', language: 'en' });
    await ask('noor', 'POST', `/brands/${brand}/imports?name=fresh.jsonl&open=true`, line + '\n', { 'content-type': 'application/octet-stream' });
    await until(async () => (await ask('noor', 'GET', `/brands/${brand}/inbox?view=everything&limit=1`)).items[0].author === 'Fresh Face', 'it came in');
    await page.waitForTimeout(1500);
    equal(await place(), was, 'the place after a new thread above');
    await page.evaluate(() => document.querySelector('[data-row]').closest('.list').scrollTo(0, 0));
    await page.locator('[data-row]').filter({ hasText: 'Fresh Face' }).waitFor();
    await page.goto(origin + '/inbox/questions_praise');
    await page.locator('[data-row]').filter({ hasText: 'Fresh Face' }).waitFor();
  });
  await check('who else looks at a thread is shown, and gone when they go', async () => {
    const other = await visit(browser, origin);
    await signIn(other.page, origin, 'ada', '/inbox/everything');
    await rows(other.page).first().waitFor();
    const thread = await rows(other.page).nth(1).getAttribute('data-row');
    await page.goto(origin + '/inbox/everything');
    await rows(page).first().waitFor();
    await other.page.goto(`${origin}/inbox/everything/${thread}`);
    await page.locator(`[data-row="${thread}"] [aria-label="Ada is looking at it"]`).waitFor();
    await other.page.keyboard.press('Escape');
    await page.locator(`[data-row="${thread}"] [aria-label="Ada is looking at it"]`).waitFor({ state: 'detached' });
    await other.context.close();
  });
  await check('a curator sees no act that the role doesn’t allow', async () => {
    const other = await visit(browser, origin);
    await signIn(other.page, origin, 'curt', '/inbox/everything');
    await rows(other.page).first().waitFor();
    equal(await other.page.locator('input[type=checkbox]').count(), 0, 'checkboxes');
    await other.context.close();
  });
  await check('a page that lost the program says so and finds it again by itself', async () => {
    await page.goto(origin + '/inbox/everything');
    await rows(page).first().waitFor();
    await context.setOffline(true);
    await page.keyboard.press('o');
    await page.locator('.toast').filter({ hasText: 'No connection' }).waitFor();
    await context.setOffline(false);
  });
  await check('320 px show one column, and the thread in its place', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(origin + '/inbox/waiting');
    await rows(page).first().waitFor();
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    atMost(await wide(), 320, 'width of the page');
    await rows(page).first().click();
    await page.getByRole('region', { name: 'Thread', exact: true }).waitFor();
    expect(!(await rows(page).first().isVisible()), 'the list makes room');
    atMost(await wide(), 320, 'width of the page');
    equal(await violations(page, axe), [], 'a thread at 320 px');
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await rows(page).first().waitFor();
    equal(await violations(page, axe), [], 'the list at 320 px');
    await page.setViewportSize({ width: 1280, height: 800 });
  });
  await check('every language says every screen in its own words', async () => {
    for (const [locale, word] of [['de-DE', 'Wartend'], ['fr-FR', 'En attente'], ['es-ES', 'En espera']]) {
      const other = await visit(browser, origin, { locale, cookies: await context.cookies() });
      await other.page.goto(origin + '/inbox/waiting');
      await other.page.getByRole('link', { name: word }).first().waitFor();
      equal(await other.page.evaluate(() => document.documentElement.lang), locale.slice(0, 2));
      equal(other.wrong, [], 'complaints in ' + locale);
      await other.context.close();
    }
  });
  await check('both themes pass the same tests on every screen of the inbox', async () => {
    for (const theme of ['light', 'dark']) {
      const other = await visit(browser, origin, { theme, cookies: await context.cookies() });
      for (const path of ['/inbox/waiting', '/search?q=coffee', '/styleguide']) {
        await other.page.goto(origin + path);
        await other.page.locator('main h1, main h2, [data-row]').first().waitFor();
        await other.page.waitForTimeout(400);
        equal(await violations(other.page, axe), [], `${path} in ${theme}`);
        if (path === '/inbox/waiting') {
          await other.page.locator('[data-row]').nth(2).click();
          await other.page.waitForTimeout(900);
          equal(await violations(other.page, axe), [], `a thread in ${theme}`);
        }
      }
      for (const path of ['mine', 'unowned', 'questions_praise', 'unthreaded', 'snoozed', 'closed', 'everything']) {
        await other.page.goto(`${origin}/inbox/${path}`);
        await other.page.locator('[data-row], main h2').first().waitFor();
        await other.page.waitForTimeout(200);
        equal(await violations(other.page, axe), [], `/inbox/${path} in ${theme}`);
      }
      await other.page.locator('[data-row]').first().waitFor();
      for (const [key, what] of [['Control+k', 'the palette'], ['?', 'the keys'], ['z', 'snooze'], ['h', 'who'], ['t', 'tags']]) {
        await other.page.locator('[data-row]').first().focus();
        await other.page.keyboard.press(key);
        await other.page.getByRole('dialog').waitFor({ timeout: 5000 }).catch(() => expect(false, `${key} opens ${what} in ${theme}`));
        await other.page.waitForTimeout(150);
        equal(await violations(other.page, axe), [], `${what} in ${theme}`);
        await other.page.keyboard.press('Escape');
        await other.page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await other.page.goto(`${origin}/nowhere`);
      await other.page.locator('main h1').waitFor();
      equal(await violations(other.page, axe), [], `no such page in ${theme}`);
      equal(other.wrong, [], 'complaints of the browser');
      await other.context.close();
      const door = await visit(browser, origin, { theme });
      await door.page.goto(origin);
      await door.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      equal(await violations(door.page, axe), [], `the door in ${theme}`);
      await door.context.close();
    }
  });
  await check('the page asked nobody else, and nothing in it broke', async () => {
    equal(outside, [], 'requests elsewhere');
    // The connection was cut above on purpose.
    equal(wrong.filter((line) => !/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/.test(line)), [], 'complaints of the browser');
  });
  if (pictures) await picture(browser, origin, await context.cookies(), pictures, looks);
  await context.close();
}

export async function until(holds, words, ms = 8000) {
  const end = Date.now() + ms;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error('not within the time: ' + words);
    await new Promise((done) => setTimeout(done, 60));
  }
}

/** What it looks like, by theme and width. */
async function picture(browser, origin, cookies, folder, looks) {
  for (const [theme, width] of looks) {
    const { page, context } = await visit(browser, origin, { width, height: width < 500 ? 740 : width > 2000 ? 1300 : 800, theme, cookies });
    for (const [name, path, selector] of [
      ['inbox', '/inbox/waiting', '[data-row]'],
      ['search', '/search?q=coffee', 'mark'],
      ['styleguide', '/styleguide', 'h1'],
    ]) {
      await page.goto(origin + path);
      await page.locator(selector).first().waitFor();
      await page.waitForTimeout(300);
      await page.screenshot({ path: `${folder}/${name}-${width}-${theme}.png` });
      if (name !== 'inbox') continue;
      await page.locator('[data-row]').nth(2).click();
      await page.waitForTimeout(800);
      await page.screenshot({ path: `${folder}/thread-${width}-${theme}.png` });
    }
    await context.close();
  }
}
