// The line to the program is cut while somebody works: the page says so, keeps what is typed, and when the line is back it
// shows all that happened meanwhile, without being loaded again.
import { equal, expect } from './check.mjs';
import { gate } from './gate.mjs';
import { until } from './inbox.mjs';
import { signIn, violations, visit } from './page.mjs';
import { brand } from './program.mjs';

export default async function cut({ browser, program, axe, check, pictures }) {
  const door = await gate(program.origin);
  try {
    await play({ browser, program, door, axe, check, pictures });
  } finally {
    await door.stop();
  }
}

async function play({ browser, program, door, axe, check, pictures }) {
  const { ask } = program;
  const { page, context, wrong, outside } = await visit(browser, door.origin);
  const rows = page.locator('[data-row]');
  const said = page.locator('footer [role="status"]');
  const box = page.getByRole('textbox', { name: /^Your answer/ });
  const bring = (names) =>
    ask('noor', 'POST', `/brands/${brand}/imports?name=${names[0]}.jsonl&open=true`, names.map((name) => JSON.stringify({ id: 'cut-' + name, kind: 'mention', source: 'chirp', author: name, handle: name.toLowerCase(), at: new Date().toISOString(), text: `Here is ${name}. @kestrelandcrumb`, language: 'en' })).join('\n') + '\n', { 'content-type': 'application/octet-stream' });
  const draft = (thread) => ask('noor', 'GET', `/brands/${brand}/threads/${thread}?words=0`).then((one) => one.draft?.text ?? '');
  await signIn(page, door.origin, 'noor', '/inbox/everything');
  await rows.first().waitFor();
  await page.evaluate(() => (globalThis.notLoadedAgain = true));
  const mail = (await ask('noor', 'GET', `/brands/${brand}/inbox?view=everything&limit=100`)).items.filter((one) => one.kind === 'mail' && one.status === 'open' && one.awaiting_answer);
  const [thread, other] = [mail[0].thread, mail[1].thread];

  await check('cut: the page says that it has lost the program, and keeps what is typed', async () => {
    await page.evaluate((path) => {
      const link = document.createElement('a');
      link.href = path;
      document.querySelector('main').append(link);
      link.click();
      link.remove();
    }, `/inbox/everything/${thread}`);
    await page.locator('article').first().waitFor();
    await page.keyboard.press('r');
    await box.waitFor();
    await page.keyboard.type('Before the cut. ');
    await until(async () => (await draft(thread)).startsWith('Before the cut.'), 'the draft');
    door.shut();
    await said.filter({ hasText: 'Connecting again' }).waitFor();
    await page.keyboard.type('While it was cut.');
    await page.getByText('kept on this device').waitFor();
    equal(await violations(page, axe), [], 'the page without the program');
    await page.screenshot({ path: `${pictures}/cut.png` });
    await page.keyboard.press('Control+Enter');
    await page.getByText('No connection. Nothing was sent').waitFor();
    equal(await box.inputValue(), 'Before the cut. While it was cut.');
    equal(await draft(thread), 'Before the cut. ', 'what the program holds');
  });
  await check('cut: what happened meanwhile is there when the line is back, and so is the draft', async () => {
    await bring(['Cutter', 'Cutler']);
    await ask('ada', 'PUT', `/brands/${brand}/threads/${other}/owner`, { owner: 'ada' });
    await ask('ada', 'POST', `/brands/${brand}/threads/${thread}/notes`, { text: 'Said while the line was cut.' }, { 'idempotency-key': 'note-in-the-cut' });
    await until(async () => (await ask('noor', 'GET', `/brands/${brand}/inbox?view=everything&limit=2`)).items.every((one) => /^Cut/.test(one.author)), 'they came in');
    door.open();
    await said.filter({ hasText: 'Connecting again' }).waitFor({ state: 'detached', timeout: 40_000 });
    await page.getByText('Said while the line was cut.').first().waitFor();
    await until(async () => (await draft(thread)) === 'Before the cut. While it was cut.', 'the draft', 20_000);
    equal(await box.inputValue(), 'Before the cut. While it was cut.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.querySelector('[data-row]').closest('.list').scrollTo(0, 0));
    for (const name of ['Cutter', 'Cutler']) await rows.filter({ hasText: `Here is ${name}.` }).waitFor();
    await page.locator(`[data-row="${other}"] [aria-label="Owner: Ada"]`).waitFor();
    expect(await page.evaluate(() => globalThis.notLoadedAgain === true), 'the page was not loaded again');
  });
  await check('cut: a stream cut every second misses nothing that happens', async () => {
    for (let i = 0; i < 5; i++) {
      door.shut();
      await bring(['Seam' + i]);
      await page.waitForTimeout(300);
      door.open();
      await bring(['Stitch' + i]);
      await page.waitForTimeout(1200);
    }
    for (let i = 0; i < 5; i++) for (const name of ['Seam', 'Stitch']) await rows.filter({ hasText: `Here is ${name}${i}.` }).waitFor({ timeout: 40_000 });
  });
  await check('cut: nothing else went wrong', async () => {
    equal(wrong.filter((line) => !/ERR_(?:EMPTY_RESPONSE|CONNECTION|INCOMPLETE|NETWORK|SOCKET|ABORTED)/.test(line)), []);
    equal(outside, []);
  });
  await ask('noor', 'DELETE', `/brands/${brand}/threads/${thread}/draft`).catch(() => undefined);
  await context.close();
}
