// The screens where the text runs from right to left, before a language that does is there: everything stands mirrored, nothing
// sticks out, icons that point point the other way; and what people write runs as it should in pages of either direction.
import { equal, expect } from './check.mjs';
import { until } from './inbox.mjs';
import { signIn, violations, visit } from './page.mjs';
import { brand } from './program.mjs';

const hebrew = { author: 'נועה לוי', text: 'הקפה של Kestrel & Crumb היה קר, והזמנה KC-48213 לא הגיעה!' };
const english = { author: 'Nora Lewis', text: 'The coffee was cold, and my friend נועה says so too!' };

/** Before the page's own scripts: the root stays as it is told here. */
const forced = (dir) => {
  const hold = () => {
    const root = document.documentElement;
    if (root && root.dir !== dir) root.dir = dir;
  };
  hold();
  new MutationObserver(hold).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['dir'] });
};

/** What sticks out of the window at a side, where nothing around it is meant to cut or scroll. */
const sticking = (page) =>
  page.evaluate(() => {
    const kept = (el) => {
      for (let up = el.parentElement; up && up !== document.body; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible' || getComputedStyle(up).clipPath !== 'none') return true;
      return false;
    };
    const out = [];
    for (const el of document.body.querySelectorAll('*')) {
      const box = el.getBoundingClientRect();
      if (box.width === 0 || box.height === 0 || (box.left >= -1 && box.right <= innerWidth + 1)) continue;
      const look = getComputedStyle(el);
      if (look.visibility === 'hidden' || look.clipPath !== 'none' || kept(el)) continue;
      out.push(`${el.tagName.toLowerCase()}.${String(el.className?.baseVal ?? el.className).split(' ').join('.')} ${Math.round(box.left)}..${Math.round(box.right)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) out.push('the page scrolls aside: ' + document.documentElement.scrollWidth);
    for (const el of document.querySelectorAll('main, .list, .settings, .page')) if (el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX !== 'visible') out.push(`${el.className || el.tagName} scrolls aside: ${el.scrollWidth} of ${el.clientWidth}`);
    return out.slice(0, 5);
  });
/** Icons that point, turned or not. */
const turned = (page) => page.evaluate(() => [...document.querySelectorAll('svg.turning')].map((one) => getComputedStyle(one).scale));
const runs = (locator) => locator.evaluate((el) => getComputedStyle(el).direction);

export default async function rtl({ browser, program, axe, check, pictures, looks }) {
  const { origin, ask } = program;
  const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const rows = [hebrew, english].map((one, i) => JSON.stringify({ id: 'rtl-' + i, kind: 'review', rating: 2, source: 'chirp', handle: 'rtl' + i, at: at(3 + i), language: i ? 'en' : 'he', ...one }));
  await ask('noor', 'POST', `/brands/${brand}/imports?name=rtl.jsonl&open=true`, rows.join('\n') + '\n', { 'content-type': 'application/octet-stream' });
  const of = async (one) => (await ask('noor', 'GET', `/brands/${brand}/inbox?view=everything&limit=20`)).items.find((row) => row.author === one.author);
  await until(async () => (await of(hebrew)) && (await of(english)), 'both came in', 20_000);
  const [theirs, ours] = [await of(hebrew), await of(english)];
  const mail = (await ask('noor', 'GET', `/brands/${brand}/inbox?view=waiting&limit=100`)).items.find((one) => one.kind === 'mail');
  const door = await visit(browser, origin);
  await signIn(door.page, origin);
  const cookies = await door.context.cookies();
  await door.context.close();

  const screens = [
    ['inbox', '/inbox/everything', '[data-row]'],
    ['thread', `/inbox/everything/${theirs.thread}`, 'article'],
    ['mail', `/inbox/everything/${mail.thread}`, 'article'],
    ['customers', '/customers', 'main a[href^="/customers/"]'],
    ['customer', `/customers/${theirs.customer ?? mail.customer}`, 'article'],
    ['search', '/search?q=coffee', 'mark'],
    ...['accounts', 'accounts/new', 'accounts/new/email', 'outbox', 'templates', 'people', 'teams', 'webhooks', 'tokens', 'audit', 'health'].map((one) => ['settings-' + one.replaceAll('/', '-'), '/settings/' + one, 'main h1']),
    ['account', '/account', 'main h1'],
    ['welcome', '/welcome', 'h1'],
    ['styleguide', '/styleguide', 'h1'],
  ];
  for (const [width, theme] of looks.length > 2 ? [[1280, 'light'], [360, 'dark']] : [[360, 'dark']]) {
    const { page, context, wrong, outside } = await visit(browser, origin, { width, theme, cookies, height: width < 500 ? 740 : 800 });
    await page.addInitScript(forced, 'rtl');
    let pointing = 0;
    for (const [name, path, selector] of screens) {
      await check(`rtl: ${name} at ${width} px`, async () => {
        await page.goto(origin + path);
        await page.locator(selector).first().waitFor();
        await page.waitForTimeout(500);
        await page.screenshot({ path: `${pictures}/rtl-${name}-${width}.png` });
        equal(await page.evaluate(() => getComputedStyle(document.body).direction), 'rtl');
        equal(await sticking(page), [], 'what sticks out');
        const icons = await turned(page);
        pointing += icons.length;
        equal(icons.filter((one) => one !== '-1 1'), [], 'icons that point the wrong way');
        if (width > 500) {
          const rail = await page.getByRole('navigation', { name: 'Main' }).boundingBox();
          if (rail) expect(rail.x > width / 2, 'the rail is where a line begins');
        }
        equal(await violations(page, axe), []);
      });
    }
    await check(`rtl: what opens over a screen, at ${width} px`, async () => {
      await page.goto(`${origin}/inbox/everything/${mail.thread}`);
      await page.locator('article').last().waitFor();
      await page.keyboard.press('r');
      await page.getByRole('textbox', { name: /^Your answer/ }).waitFor();
      await page.waitForTimeout(600);
      await page.screenshot({ path: `${pictures}/rtl-composer-${width}.png` });
      equal(await sticking(page), [], 'what sticks out of the composer');
      await page.keyboard.press('Alt+W');
      await page.getByRole('region', { name: 'Wording' }).waitFor();
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${pictures}/rtl-wording-${width}.png` });
      equal(await sticking(page), [], 'what sticks out of the wording');
      equal(await violations(page, axe), []);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.goto(`${origin}/inbox/everything`);
      for (const [key, name] of [['Control+k', 'palette'], ['?', 'keys'], ['z', 'snooze'], ['h', 'who']]) {
        await page.locator('[data-row]').first().waitFor();
        await page.locator('[data-row]').first().focus();
        await page.keyboard.press(key);
        await page.getByRole('dialog').waitFor();
        await page.waitForTimeout(250);
        equal(await sticking(page), [], 'what sticks out of ' + name);
        await page.screenshot({ path: `${pictures}/rtl-${name}-${width}.png` });
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
    });
    await check(`rtl: icons pointed, and nothing went wrong at ${width} px`, async () => {
      expect(pointing > 10, `only ${pointing} icons that point were seen`);
      // What forces the direction is brought into every frame, and a mail's runs no script.
      equal(wrong.filter((line) => !/Blocked script execution in 'about:srcdoc'/.test(line)), []);
      equal(outside, []);
    });
    await context.close();
  }
  for (const dir of ['ltr', 'rtl'])
    await check(`rtl: what people write runs as they wrote it, in a page that runs ${dir}`, async () => {
      const { page, context } = await visit(browser, origin, { cookies });
      await page.addInitScript(forced, dir);
      for (const [row, one, way] of [[theirs, hebrew, 'rtl'], [ours, english, 'ltr']]) {
        await page.goto(`${origin}/inbox/everything/${row.thread}`);
        const message = page.locator('article').filter({ hasText: one.text }).first();
        await message.waitFor();
        equal(await runs(message.locator('p.text')), way, 'the words of ' + one.author);
        equal(await runs(message.locator('header b')), way, 'the name of ' + one.author);
        equal(await runs(page.locator(`[data-row="${row.thread}"] .who`)), way, 'the name in the list');
        equal(await runs(page.locator(`[data-row="${row.thread}"] .subject`)), way, 'the words in the list');
        equal(await runs(message.locator('header .facts').first()), dir, 'our own words');
      }
      await page.keyboard.press('r');
      const box = page.getByRole('textbox', { name: /^Your answer/ });
      await box.fill('שלום נועה');
      equal(await runs(box), 'rtl', 'an answer in Hebrew');
      await box.fill('Hello Nora');
      equal(await runs(box), 'ltr', 'an answer in English');
      await page.getByRole('button', { name: 'Throw the draft away' }).click();
      equal((await turned(page)).filter((scale) => (dir === 'rtl') !== (scale === '-1 1')), [], 'icons that point the wrong way');
      await context.close();
    });
}
