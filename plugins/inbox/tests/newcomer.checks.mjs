// Somebody new, by keyboard alone: from the link on the console over the first steps to the first answered mail, against the
// private mail server of tests/peers/mail. Left out where that can't be started (it wants root, Dovecot and Postfix).
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equal, expect } from './check.mjs';
import { until } from './inbox.mjs';
import { tabTo, violations, visit } from './page.mjs';
import { password, start } from './program.mjs';

const peer = join(import.meta.dirname, '../../../tests/peers/mail');

const sh = (path, ...words) =>
  new Promise((done) => execFile(path, words, (error, out, err) => done({ code: error ? (error.code ?? 1) : 0, out, err })));

/** The mail server, or why there is none. */
async function mailServer() {
  const folder = await mkdtemp(join(tmpdir(), 'am-peer-'));
  const { code, out, err } = await sh(join(peer, 'start'), folder);
  const stop = async () => {
    await sh(join(peer, 'stop'), folder);
    await rm(folder, { recursive: true, force: true });
  };
  if (code === 77) {
    await stop();
    return { why: err.trim() };
  }
  if (code !== 0) {
    await stop();
    throw new Error('the mail server does not start: ' + err.slice(-300));
  }
  const env = Object.fromEntries(out.split('\n').filter(Boolean).map((line) => line.split(/=(.*)/s)));
  return { env, stop };
}

/** Hands a mail to the server as another one would. */
function deliver(port, from, to, text) {
  return new Promise((done, fail) => {
    const socket = createConnection(port, '127.0.0.1');
    const lines = ['EHLO customer.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', text.replace(/\r?\n/g, '\r\n') + '\r\n.', 'QUIT'];
    let rest = '';
    socket.setTimeout(10_000, () => fail(new Error('the mail server does not answer')));
    socket.on('error', fail);
    socket.on('close', () => (lines.length ? fail(new Error('cut: ' + rest)) : done()));
    socket.on('data', (bytes) => {
      rest += bytes;
      const last = rest.trimEnd().split('\r\n').pop();
      if (!/^\d{3} /.test(last)) return;
      if (/^[45]/.test(last)) return fail(new Error(last));
      rest = '';
      if (lines.length) socket.write(lines.shift() + '\r\n');
    });
  });
}

const accountFor = (env) => `[sending]
undo_seconds = 3
[[account]]
channel = "email"
name = "support"
address = "support@shop.test"
imap_host = "${env.AMENDS_PEER_HOST}"
imap_port = ${env.AMENDS_PEER_IMAPS}
smtp_host = "${env.AMENDS_PEER_HOST}"
smtp_port = ${env.AMENDS_PEER_SUBMISSIONS}
smtp_security = "tls"
username = "support@shop.test"
password = "${env.AMENDS_PEER_PASSWORD}"
ca_file = "${env.AMENDS_PEER_CA}"
allow_private_network = true
`;

export const own = true;

export default async function newcomer({ browser, axe, check, pictures }) {
  const mail = await mailServer();
  if (!mail.env) {
    console.log('      no mail server, so nobody new comes: ' + mail.why);
    return;
  }
  let program;
  try {
    program = await start(join(pictures, '../../../amends'), { bare: true, settings: accountFor(mail.env) });
    await play({ browser, program, env: mail.env, axe, check, pictures });
  } finally {
    await program?.stop();
    await mail.stop();
  }
}

async function play({ browser, program, env, axe, check, pictures }) {
  const { origin } = program;
  const { page, context, wrong, outside } = await visit(browser, origin);
  const keys = page.keyboard;
  // What counts here is that nobody needs a mouse: not one press of it, from the first page to the last.
  await page.addInitScript(() => {
    globalThis.mousePresses = 0;
    addEventListener('pointerdown', () => globalThis.mousePresses++, true);
  });
  const began = performance.now();

  await check('newcomer: the link on the console makes the first admin, by keyboard alone', async () => {
    const link = await until2(() => /(http:\/\/\S+\/setup#\S+)/.exec(program.said())?.[1], 'the link on the console');
    await page.goto(link);
    await page.getByRole('heading', { name: 'Amends: the first admin' }).waitFor();
    equal(await violations(page, axe), [], 'the page of the link');
    for (const [label, text] of [['Login', 'robin'], ['Your name', 'Robin'], ['E-mail', 'robin@shop.test'], ['Password', password]]) {
      await tabTo(page, new RegExp('^' + label));
      await keys.type(text);
    }
    await keys.press('Enter');
    await page.waitForURL('**/welcome');
    await page.getByRole('heading', { name: 'Hello, Robin' }).waitFor();
  });
  await check('newcomer: brand, mailbox and what was before, step by step', async () => {
    equal(await violations(page, axe), [], 'the first step');
    await tabTo(page, /^Go on|^Next|^Continue/);
    await keys.press('Enter');
    await page.getByRole('heading', { name: 'Your first mailbox' }).waitFor();
    await page.getByText('support@shop.test').first().waitFor();
    await page.screenshot({ path: `${pictures}/newcomer-mailbox.png` });
    await keys.press('Space');
    await page.getByRole('heading', { name: 'What was before' }).waitFor();
    const file = join(program.data, '../before.csv');
    await writeFile(file, 'id,kind,source,author,handle,at,rating,title,text\n1,review,mapsite,Early Bird,early,2026-10-01T09:00:00Z,2,Cold,The coffee was cold.\n2,review,mapsite,Late Owl,owl,2026-10-02T09:00:00Z,5,Warm,The coffee was warm.\n');
    const chooser = page.waitForEvent('filechooser');
    await tabTo(page, /^Choose/);
    await keys.press('Enter');
    await (await chooser).setFiles(file);
    await page.getByText('before.csv').waitFor();
    await page.getByText('Done', { exact: true }).first().waitFor();
    equal(await violations(page, axe), [], 'the third step');
    await page.screenshot({ path: `${pictures}/newcomer-history.png` });
    await keys.press('Space');
    await page.getByRole('link', { name: 'Open the inbox' }).waitFor();
    equal(await violations(page, axe), [], 'the last step');
    await keys.press('Space');
    await page.waitForURL(/\/inbox/);
  });
  await check('newcomer: the first mail comes in by itself and is answered; the customer has the answer', async () => {
    await deliver(Number(env.AMENDS_PEER_MX), 'ann@guest.test', 'support@shop.test', 'From: Ann Guest <ann@guest.test>\nTo: support@shop.test\nSubject: Where is my order?\nMessage-ID: <first@guest.test>\nDate: ' + new Date().toUTCString().replace('GMT', '+0000') + '\n\nHello, I ordered cups on Monday and nothing came.\n\nAnn\n');
    await page.locator('[data-row]').filter({ hasText: 'Where is my order?' }).waitFor({ timeout: 40_000 });
    const said = await page.locator('footer .next').innerText();
    expect(/open/i.test(said), said);
    await page.screenshot({ path: `${pictures}/newcomer-inbox.png` });
    await keys.press('Space');
    await page.getByRole('region', { name: 'Thread', exact: true }).waitFor();
    await page.locator('article').getByText('nothing came').waitFor();
    await page.locator('footer .next').filter({ hasText: 'answer Ann Guest' }).waitFor();
    await keys.press('Space');
    const box = page.getByRole('textbox', { name: /^Your answer/ });
    await box.waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await keys.type('Dear Ann, I am sorry. They leave today. Robin');
    await page.screenshot({ path: `${pictures}/newcomer-answer.png` });
    await keys.press('Control+Enter');
    await page.getByText(/^Leaves in/).first().waitFor();
    const got = await until2(async () => {
      const folder = join(env.AMENDS_PEER_MAIL, 'ann@guest.test/Maildir/new');
      for (const name of await readdir(folder).catch(() => [])) {
        const text = await readFile(join(folder, name), 'utf8');
        if (text.includes('They leave today')) return text;
      }
    }, 'the answer in the customer’s mailbox');
    expect(/^Subject: Re: Where is my order\?/m.test(got), 'its subject');
    expect(/^In-Reply-To: <first@guest\.test>/m.test(got), 'what it answers');
    await page.getByText(/^Sent /).waitFor();
    const sent = join(env.AMENDS_PEER_MAIL, 'support@shop.test/Maildir/.Sent');
    await until(async () => (await Promise.all(['new', 'cur'].map((one) => readdir(join(sent, one)).catch(() => [])))).flat().length === 1, 'one copy in Sent', 20_000);
    await page.screenshot({ path: `${pictures}/newcomer-answered.png` });
    expect((await page.evaluate(() => globalThis.mousePresses)) === 0, 'no mouse');
    console.log(`      from the link to the answer in the customer's mailbox: ${Math.round((performance.now() - began) / 100) / 10} s`);
  });
  await check('newcomer: nothing went wrong, and nothing left but by mail', async () => {
    equal(wrong, []);
    equal(outside, []);
  });
  await context.close();
}

async function until2(look, words, patience = 30_000) {
  let found;
  await until(async () => (found = await look()), words, patience);
  return found;
}
