// The settings, the first steps and the person's own page, before a real browser.
import { join } from 'node:path';
import { equal, expect } from './check.mjs';
import { until } from './inbox.mjs';
import { signIn, violations, visit } from './page.mjs';
import { brand } from './program.mjs';

const pages = {
  accounts: 'Accounts',
  'accounts/new': 'Connect a channel',
  'accounts/new/email': 'Connect E-mail',
  quarantine: 'Quarantine',
  imports: 'Imports',
  outbox: 'Outbox',
  templates: 'Templates',
  'templates/new': 'New template',
  'templates/apology/any.en': 'Apology',
  people: 'People',
  teams: 'Teams',
  webhooks: 'Webhooks',
  tokens: 'API tokens',
  audit: 'Audit trail',
  health: 'Health and brand',
};

export default async function settings({ browser, program, axe, check, pictures, looks }) {
  const { origin, ask } = program;
  const { page, context, wrong, outside } = await visit(browser, origin);
  await signIn(page, origin, 'noor', '/settings');
  const cookies = await context.cookies();
  const heading = (name, on = page) => on.getByRole('heading', { level: 1, name });

  await check('every section of the settings opens and says what it is', async () => {
    for (const [path, name] of Object.entries(pages)) {
      await page.goto(`${origin}/settings/${path}`);
      await heading(name).waitFor();
    }
  });
  await check('the form of a channel is made of what it says, misses what is needed and never shows a secret', async () => {
    await page.goto(`${origin}/settings/accounts/new/email`);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('This is needed.').first().waitFor();
    equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid')), 'true', 'the focus');
    equal(await page.getByLabel('Password (optional)', { exact: true }).getAttribute('type'), 'password');
  });
  await check('a token is shown once and revoked', async () => {
    await page.goto(`${origin}/settings/tokens`);
    await heading('API tokens').waitFor();
    await page.keyboard.press('n');
    await page.getByLabel('What it is for').fill('nightly report');
    await page.getByRole('dialog').getByRole('button', { name: 'New token' }).click();
    const secret = await page.getByRole('dialog').locator('code').innerText();
    expect(secret.startsWith('amends_'), 'a token');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('nightly report', { exact: true }).waitFor();
    expect(!(await page.content()).includes(secret), 'it is not shown again');
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('nightly report', { exact: true }).waitFor({ state: 'detached' });
    equal((await ask('noor', 'GET', '/tokens')).items.length, 0);
  });
  await check('an invitation is a link to hand over, and is taken back', async () => {
    await page.goto(`${origin}/settings/people`);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail address').fill('new@kestrelandcrumb.example');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('code').waitFor();
    expect((await page.getByRole('dialog').locator('code').innerText()).includes('/join'), 'a link');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('new@kestrelandcrumb.example').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByText('new@kestrelandcrumb.example').waitFor({ state: 'detached' });
    equal((await ask('noor', 'GET', `/brands/${brand}/invitations`)).items.length, 0);
  });
  await check('a brand writes its own wording by keyboard: gaps are listed, faults are named, and all of it is taken back', async () => {
    const id = 'apology/any.en';
    const read = () => ask('noor', 'GET', `/brands/${brand}/templates/${id}`);
    const before = await read();
    await page.goto(`${origin}/settings/templates/${id}`);
    await heading('Apology').waitFor();
    await page.getByText('What is still missing').waitFor();
    await page.keyboard.press('e');
    const text = page.getByLabel('Text', { exact: true });
    await text.waitFor();
    equal(await text.inputValue(), before.body, 'what it begins from');
    await text.fill('Dear guest, the {{mishap}} was ours. {{#gift}}{{gift}} is on its way.{{/gift}}');
    await page.getByText('Named in the text, and no field yet:').waitFor();
    equal(await violations(page, axe), [], 'the editor');
    await page.getByText('What is marked has to be put right first.').waitFor();
    await page.getByRole('button', { name: 'Take them out' }).click();
    equal(await page.locator('fieldset[data-field]').count(), 0, 'fields that nothing names');
    await page.getByRole('button', { name: 'mishap', exact: true }).click();
    equal(await page.evaluate(() => document.activeElement?.value), 'mishap', 'the field that is described next');
    await page.keyboard.press('Control+Enter');
    await page.locator('form [role="alert"]').waitFor();
    const box = page.getByRole('group', { name: 'mishap' });
    await box.getByLabel('What it is for').fill('What went wrong, in a word');
    await page.getByRole('button', { name: 'gift', exact: true }).click();
    const gift = page.getByRole('group', { name: 'gift' });
    await gift.getByLabel('What it is for').fill('What we send them');
    await gift.getByLabel('May be left out').check();
    await page.getByText('Named in the text, and no field yet:').waitFor({ state: 'detached' });
    await page.getByLabel('mishap', { exact: true }).fill('cold milk');
    await page.locator('.paper').getByText('the cold milk was ours').waitFor();
    await text.focus();
    await page.keyboard.press('Control+Enter');
    await page.getByText('The wording is saved').waitFor();
    await page.getByText('Our own', { exact: true }).waitFor();
    equal((await read()).own, true, 'it is the brand’s own');
    equal(await violations(page, axe), [], 'a template of the brand');
    await page.getByRole('button', { name: 'The program’s wording' }).click();
    await page.locator('.theirs').getByText(before.body.split('\n')[0].trim()).waitFor();
    await page.getByRole('button', { name: 'Back to the program’s' }).click();
    await page.getByText('The program’s wording is used again').waitFor();
    equal((await read()).own, false);
    await page.keyboard.press('u');
    await until(async () => (await read()).body.startsWith('Dear guest'), 'our own words are back');
    await page.getByText('Our own', { exact: true }).waitFor();
    await ask('noor', 'DELETE', `/brands/${brand}/templates/${id}`);
  });
  await check('a template for a place that had none is written, and is gone when it is taken back', async () => {
    await page.goto(`${origin}/settings/templates`);
    await heading('Templates').waitFor();
    await page.keyboard.press('n');
    await heading('New template').waitFor();
    await page.getByLabel('Step').selectOption('thanks');
    await page.getByLabel('Where it is used').selectOption('public');
    await page.getByRole('textbox', { name: 'Language' }).fill('it');
    await page.keyboard.press('Enter');
    await page.getByLabel('Text', { exact: true }).fill('Grazie mille!');
    for (const one of await page.getByRole('button', { name: /^Remove ./ }).all()) await page.getByRole('button', { name: /^Remove ./ }).first().click();
    await page.getByLabel('Text', { exact: true }).focus();
    await page.keyboard.press('Control+Enter');
    await page.getByText('The wording is saved').waitFor();
    await page.waitForURL(/templates\/thanks\/public\.it$/);
    await page.getByText('Grazie mille!').first().waitFor();
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('u');
    await heading('Templates').waitFor();
    equal((await ask('noor', 'GET', `/brands/${brand}/templates?language=it`)).items.length, 0);
  });
  await check('a brand is changed but for what the file states, and changed back', async () => {
    const read = () => ask('noor', 'GET', `/brands/${brand}/settings`);
    const before = await read();
    await page.goto(`${origin}/settings/health`);
    await heading('Health and brand').waitFor();
    await page.getByRole('button', { name: 'Change', exact: true }).waitFor();
    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: 'Change the brand' });
    await dialog.waitFor();
    expect(before.in_file.includes('name'), 'the file states the name');
    equal(await dialog.getByLabel('Name').getAttribute('readonly'), '', 'the name');
    await dialog.getByLabel('Signature').fill('Kestrel & Crumb, Harbour Street');
    equal(await violations(page, axe), [], 'the dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Kestrel & Crumb, Harbour Street').waitFor();
    equal((await read()).signature, 'Kestrel & Crumb, Harbour Street');
    await page.keyboard.press('u');
    await page.getByText('Kestrel & Crumb, Harbour Street').waitFor({ state: 'detached' });
    await until(async () => (await read()).signature === before.signature, 'the signature that was before');
  });
  await check('the first steps lead to the inbox', async () => {
    await page.goto(`${origin}/welcome`);
    await heading('Hello, Noor').waitFor();
    await page.keyboard.press('Space');
    await heading('Your first mailbox').waitFor();
    await page.getByRole('button', { name: 'Not now', exact: true }).click();
    await heading('What was before').waitFor();
    await page.locator('.page').getByRole('button', { name: /Not now|Go on/ }).click();
    await page.getByRole('link', { name: 'Open the inbox' }).click();
    await page.waitForURL(/\/inbox/);
  });
  await check('an agent sees no section that is not theirs', async () => {
    const ada = await visit(browser, origin);
    await signIn(ada.page, origin, 'ada', '/settings');
    await heading('Accounts', ada.page).waitFor();
    equal(await ada.page.getByRole('link', { name: 'Connect a channel' }).count(), 0);
    equal(await ada.page.getByRole('link', { name: 'Audit trail' }).count(), 0);
    await ada.context.close();
  });
  await check('nothing went wrong, and nothing left', async () => {
    equal(wrong, []);
    equal(outside, []);
  });
  await context.close();
  for (const [theme, width] of looks) {
    const one = await visit(browser, origin, { width, theme, cookies });
    for (const path of [...Object.keys(pages).map((p) => 'settings/' + p), 'account', 'welcome']) {
      await check(`axe finds nothing on ${path} at ${width} px, ${theme}`, async () => {
        await one.page.goto(`${origin}/${path}`);
        await one.page.getByRole('heading', { level: 1 }).first().waitFor();
        await one.page.waitForFunction(() => !document.querySelector('main [role="status"] svg, main .wait'));
        equal(await one.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it fits');
        await one.page.screenshot({ path: join(pictures, `${path.replaceAll('/', '-')}-${width}-${theme}.png`) });
        if (width !== 2560) equal(await violations(one.page, axe), []);
      });
    }
    await one.context.close();
  }
}
