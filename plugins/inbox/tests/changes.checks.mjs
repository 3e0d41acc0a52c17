// Settings that change something, each to its end: what the form says, what the program then holds, and the way back.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equal, expect } from './check.mjs';
import { until } from './inbox.mjs';
import { signIn, violations, visit } from './page.mjs';
import { brand, password, start } from './program.mjs';

/** The six digits of RFC 6238 for a secret in base 32. */
function totp(secret, at = Date.now()) {
  let bits = '';
  for (const letter of secret.replace(/\s/g, '')) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Takes webhooks; what it was told lies in `told`. */
async function endpoint() {
  const told = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += bytes));
    request.on('end', () => {
      told.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/hook`, told, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) };
}

function signed(secret, { headers, body }) {
  const mac = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64');
  return headers['webhook-signature'].split(' ').includes('v1,' + mac);
}

export const own = true;

export default async function changes({ browser, axe, check, pictures }) {
  const hook = await endpoint();
  const program = await start(join(pictures, '../../../amends'), { settings: '[outbound]\nallow_private_network = true\n' });
  try {
    await play({ browser, program, hook, axe, check });
  } finally {
    await program.stop();
    await hook.stop();
  }
}

async function play({ browser, program, hook, axe, check }) {
  const { origin, ask } = program;
  const { page, context, wrong, outside } = await visit(browser, origin);
  await signIn(page, origin, 'noor', '/settings');
  const dialog = page.getByRole('dialog');
  const button = (name, on = page) => on.getByRole('button', { name, exact: true });

  await check('changes: a webhook is made, tested, told what happens, paused, given a new secret and deleted', async () => {
    await page.goto(`${origin}/settings/webhooks`);
    await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
    await page.keyboard.press('n');
    await dialog.getByLabel('Address').fill('no address');
    await button('Save', dialog).click();
    expect(await dialog.getByLabel('Address').evaluate((el) => !el.validity.valid && el === document.activeElement), 'no address is refused at its box');
    await dialog.getByLabel('Address').fill(hook.url);
    await dialog.getByLabel('thread.changed').check();
    equal(await violations(page, axe), [], 'the form');
    await button('Save', dialog).click();
    const secret = await dialog.locator('code').innerText();
    expect(secret.startsWith('whsec_'), 'a secret');
    await button('Done', dialog).click();
    const more = page.getByRole('button', { name: /^More: http/ });
    await more.click();
    await page.getByRole('menuitem', { name: 'Send a test' }).click();
    await page.getByText(/Answered 204 in/).waitFor();
    expect(signed(secret, hook.told[0]), 'signed with the secret that was shown');
    const thread = (await ask('noor', 'GET', `/brands/${brand}/inbox?view=unowned&limit=1`)).items[0].thread;
    await ask('ada', 'PUT', `/brands/${brand}/threads/${thread}/owner`, { owner: 'ada' });
    await until(() => hook.told.some((one) => one.body.includes('thread.changed')), 'the change is told');
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
    await page.getByText('thread.changed').first().waitFor();
    await button('Tries', page).or(page.getByRole('button', { name: /tries/i })).first().click();
    await page.getByText(/1\. .*204/).waitFor();
    equal(await violations(page, axe), [], 'the deliveries');
    await page.goto(`${origin}/settings/webhooks`);
    await more.click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();
    await more.click();
    await page.getByRole('menuitem', { name: 'New secret' }).click();
    await button('New secret', dialog).click();
    await dialog.locator('code').waitFor();
    expect((await dialog.locator('code').innerText()) !== secret, 'another secret');
    await button('Done', dialog).click();
    await more.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await button('Delete', dialog).click();
    await page.getByRole('heading', { name: 'No endpoint yet' }).waitFor();
    equal((await ask('noor', 'GET', `/brands/${brand}/webhooks`)).items ?? [], []);
  });

  await check('changes: a token is made for what it may, and may nothing else', async () => {
    await page.goto(`${origin}/settings/tokens`);
    await page.getByRole('heading', { level: 1, name: 'API tokens' }).waitFor();
    await page.keyboard.press('n');
    await dialog.getByLabel('What it is for').fill('report');
    await dialog.getByRole('button', { name: 'New token' }).click();
    const secret = await dialog.locator('code').innerText();
    await button('Done', dialog).click();
    const by = (method, path, body) => fetch(origin + '/api/v1' + path, { method, headers: { authorization: 'Bearer ' + secret, 'content-type': 'application/json' }, body }).then((answer) => answer.status);
    equal([await by('GET', `/brands/${brand}/inbox?view=unowned&limit=1`), await by('PUT', `/brands/${brand}/threads/1/owner`, '{"owner":"ada"}')], [200, 403], 'reading, acting');
    // When it was last used is written down now and then, not with every call.
    await until(async () => {
      await page.reload();
      await page.getByText('report', { exact: true }).waitFor();
      return (await page.getByText(/^used .* ago/).count()) === 1;
    }, 'that it was used', 30_000);
    await button('Revoke').click();
    await button('Revoke', dialog).click();
    await page.getByText('report', { exact: true }).waitFor({ state: 'detached' });
    equal(await by('GET', `/brands/${brand}/inbox?view=unowned&limit=1`), 401, 'afterwards');
  });

  await check('changes: a role given by the menu counts at once for who has it', async () => {
    const curt = await visit(browser, origin);
    await signIn(curt.page, origin, 'curt', '/inbox/everything');
    await curt.page.locator('[data-row]').first().waitFor();
    equal(await curt.page.locator('input[type=checkbox]').count(), 0, 'a curator selects nothing');
    await page.goto(`${origin}/settings/people`);
    await page.getByRole('button', { name: 'Actions for Curt' }).click();
    await page.getByRole('menuitem', { name: 'Role', exact: true }).click();
    await dialog.getByLabel('Role').selectOption('support_lead');
    await button('Save', dialog).click();
    await page.locator('li').filter({ hasText: 'Curt' }).getByText('Support lead').waitFor();
    // Another role ends every session: the open page says so by itself, and after the door the new role counts.
    await curt.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(curt.page, origin, 'curt', '/inbox/everything');
    await curt.page.locator('[data-row]').first().waitFor();
    await curt.page.locator('input[type=checkbox]').first().waitFor({ state: 'attached' });
    await curt.context.close();
  });

  await check('changes: the second factor is set up, asked for at the door, and turned off', async () => {
    const ada = await visit(browser, origin);
    await signIn(ada.page, origin, 'ada', '/account');
    const on = ada.page;
    equal(await button('Turn it off', on).count(), 0, 'what is off can’t be turned off');
    await button('Set up', on).click();
    await on.getByLabel('Your password, once more').fill(password);
    await on.keyboard.press('Enter');
    const secret = await on.locator('.secret code').innerText();
    await on.getByLabel('The six digits it shows').fill('000000');
    await on.keyboard.press('Enter');
    await on.locator('[aria-invalid="true"]').waitFor();
    await on.getByLabel('The six digits it shows').fill(totp(secret));
    equal(await violations(on, axe), [], 'the code');
    await on.keyboard.press('Enter');
    await on.getByText('The second factor is on').first().waitFor();
    const codes = await on.locator('.codes code').allInnerTexts();
    expect(codes.length >= 8, 'recovery codes');
    equal(await violations(on, axe), [], 'the recovery codes');
    await button('Done', on).click();
    await button('Turn it off', on).waitFor();
    equal(await button('Set up', on).count(), 0, 'what is on isn’t set up');

    const door = await visit(browser, origin);
    await door.page.goto(origin + '/inbox');
    await door.page.getByLabel('Login or e-mail').fill('ada');
    await door.page.getByLabel('Password', { exact: true }).fill(password);
    await door.page.keyboard.press('Enter');
    await door.page.getByRole('textbox', { name: /code/i }).waitFor();
    equal(await violations(door.page, axe), [], 'the door');
    await door.page.keyboard.type(codes[0]);
    await door.page.keyboard.press('Enter');
    await door.page.getByRole('navigation', { name: 'Main' }).waitFor();
    await door.context.close();

    await button('Turn it off', on).click();
    await on.getByLabel('Your password, once more').fill(password);
    await on.getByLabel('The six digits it shows').fill(codes[1]);
    await on.keyboard.press('Enter');
    await button('Set up', on).waitFor();
    await ada.context.close();
  });

  await check('changes: a template says what is missing, and what it becomes with what is typed', async () => {
    await page.goto(`${origin}/settings/templates`);
    await page.getByRole('link', { name: 'Apology' }).first().click();
    await page.getByText('What is still missing').waitFor();
    const fields = page.locator('.stack input, .stack textarea');
    for (let i = 0; i < (await fields.count()); i++) {
      const kind = await fields.nth(i).getAttribute('type');
      if (!(await fields.nth(i).inputValue())) await fields.nth(i).fill(kind === 'datetime-local' ? '2030-03-03T10:00' : kind === 'date' ? '2030-03-03' : 'Quince ' + i);
    }
    await page.locator('.paper pre:not(.muted)').filter({ hasText: 'Quince' }).waitFor();
    equal(await page.getByText('What is still missing').count(), 0, 'gaps');
    equal(await violations(page, axe), [], 'the preview');
  });

  await check('changes: a file is brought in with its progress shown, then searched; a broken one says why', async () => {
    const rows = Array.from({ length: 15_000 }, (_, i) => JSON.stringify({ id: 'brought-' + i, kind: 'mention', source: 'chirp', author: 'Brought ' + i, handle: 'brought' + i, at: new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString(), text: `Brought in, number ${i}, with a quokka` }));
    const file = join(program.data, '../brought.jsonl');
    await writeFile(file, rows.join('\n') + '\n');
    await page.goto(`${origin}/settings/imports`);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('meter').or(page.getByRole('progressbar')).first().waitFor();
    await page.locator('li').filter({ hasText: 'brought.jsonl' }).getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByText('15,000 new messages').waitFor();
    equal(await violations(page, axe), [], 'the import');
    await page.goto(`${origin}/search?q=quokka`);
    await page.locator('.hits li').first().waitFor();
    const broken = join(program.data, '../broken.jsonl');
    await writeFile(broken, '{"id":"ok-1","kind":"mention","author":"A","handle":"a","at":"2024-01-01T00:00:00Z","text":"fine"}\n{"id": this is no JSON\n');
    await page.goto(`${origin}/settings/imports`);
    await page.locator('input[type=file]').setInputFiles(broken);
    const row = page.locator('li').filter({ hasText: 'broken.jsonl' });
    await row.getByText('Done', { exact: true }).waitFor();
    await row.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Quarantine' }).waitFor();
    await page.getByText('this is no JSON').or(page.locator('main li')).first().waitFor();
  });

  await check('changes: nothing went wrong, and nothing left', async () => {
    equal(wrong, []);
    equal(outside, []);
  });
  await context.close();
}
