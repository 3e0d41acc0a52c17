// A browser before the app: pages of a person who is signed in, what went wrong in them, accessibility, pictures.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { password } from './program.mjs';

export function open(modules) {
  const require = createRequire(join(modules, 'package.json'));
  const { chromium } = require('playwright-core');
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  return { chromium, axe };
}

const chrome = process.env.CHROMIUM ?? '/usr/bin/chromium';
export function launch(chromium) {
  // Its own sandbox needs rights that a container's root doesn't have.
  const words = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chrome, args: [...words, '--force-color-profile=srgb', '--disable-lcd-text'] });
}

/** A page with everything noted that a console or the policy complains of. */
export async function visit(browser, origin, { width = 1280, height = 800, theme = 'light', locale = 'en-GB', cookies } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale, timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
  if (cookies) await context.addCookies(cookies);
  const page = await context.newPage();
  const wrong = [];
  // What axe itself does in a page is no fault of the page.
  const note = (text) => {
    const short = text.slice(0, 200);
    if (!page.axeRuns && !wrong.includes(short)) wrong.push(short);
  };
  // A mail's own style attributes are parsed where nothing is shown; the browser says there that it doesn't apply them.
  const ofMail = (message) => /^Applying inline style/.test(message.text()) && /MailFrame|clean|purif/i.test(message.location().url);
  page.on('console', (message) => {
    if (!ofMail(message) && ['error', 'warning'].includes(message.type()) && !/status of (401|404|409|412|422)/.test(message.text())) note(message.text());
  });
  page.on('pageerror', (error) => note(String(error)));
  const outside = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) outside.push(request.url());
  });
  return { context, page, wrong, outside };
}

export async function signIn(page, origin, login = 'noor', to = '/') {
  await page.goto(origin + to);
  await page.getByLabel('Login or e-mail').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** By Tab alone to what is called so; where a focus that can be seen must be. */
export async function tabTo(page, name, { most = 90, back = false } = {}) {
  for (let i = 0; i < most; i++) {
    const at = await page.evaluate(() => {
      const el = document.activeElement;
      if (!el || el === document.body) return { name: '', seen: true };
      const by = (el.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
      const label = el.getAttribute('aria-label') || by || [...(el.labels ?? [])].map((one) => one.textContent).join(' ') || el.textContent || '';
      const box = el.getBoundingClientRect();
      return { name: label.trim().replace(/\s+/g, ' '), seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight };
    });
    if (name.test(at.name)) {
      if (!at.seen) throw new Error(`${at.name} has the focus and is out of sight`);
      return;
    }
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab never came to ${name}`);
}

/** Violations of WCAG 2.2 AA and of good practice, as lines. */
export async function violations(page, axe) {
  // Playwright's evaluate isn't bound by the page's policy, so the library needs no hole in it.
  page.axeRuns = true;
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + n.html.slice(0, 90)).join(' | ')}`);
  });
  await page.waitForTimeout(150);
  page.axeRuns = false;
  return found;
}
