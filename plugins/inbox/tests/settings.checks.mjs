// The settings, the first steps and the person's own page, before a real browser.
import { join } from 'node:path';
import { equal, expect } from './check.mjs';
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
