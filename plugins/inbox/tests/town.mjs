// A small town of sites beside the program: a messenger, a phone messenger, a shop's own program, a feed, a form and a front
// desk, each as its real counterpart speaks over the wire, so that a day's work can go over eight channels.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brand } from './program.mjs';

const secrets = { telegram: '4242:town', whatsapp: 'app-secret-of-the-town', shop: 'whsec_' + Buffer.from('a secret of thirty-two characters').toString('base64'), desk: 'front-desk-key-0123456789', form: 'feedback-form-key-0123456789' };

export async function town() {
  const sent = { telegram: [], whatsapp: [], shop: [] };
  const updates = [];
  let posts = [];
  let many = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += bytes));
    request.on('end', () => {
      const url = new URL(request.url, 'http://town');
      const json = (value, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const yes = (result) => json({ ok: true, result });
      const method = url.pathname.startsWith('/bot' + secrets.telegram + '/') ? url.pathname.split('/').pop() : '';
      if (method === 'getMe') yes({ id: 4242, is_bot: true, first_name: 'Kestrel', username: 'kestrel_bot' });
      else if (method === 'getWebhookInfo') yes({ url: '', has_custom_certificate: false, pending_update_count: updates.length });
      else if (method === 'deleteWebhook') yes(true);
      else if (method === 'getUpdates') yes(updates.filter((one) => one.update_id >= Number(url.searchParams.get('offset') ?? 0)));
      else if (method === 'sendMessage') {
        const said = JSON.parse(body);
        sent.telegram.push(said);
        yes({ message_id: 9000 + sent.telegram.length, date: Math.floor(Date.now() / 1000), chat: { id: Number(said.chat_id), type: 'private', first_name: 'x' }, from: { id: 4242, is_bot: true, first_name: 'Kestrel' }, text: said.text });
      } else if (url.pathname === '/wa/106540352242922/messages') {
        sent.whatsapp.push(JSON.parse(body));
        json({ messaging_product: 'whatsapp', contacts: [{ wa_id: JSON.parse(body).to }], messages: [{ id: 'wamid.sent' + sent.whatsapp.length }] });
      } else if (url.pathname === '/answers') {
        sent.shop.push(JSON.parse(body));
        json({ id: 'shop-answer-' + sent.shop.length });
      } else if (url.pathname === '/feed.xml') {
        response.writeHead(200, { 'content-type': 'application/atom+xml' }).end(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Town news</title><id>urn:town</id><updated>${new Date().toISOString()}</updated>${posts.join('')}</feed>`);
      } else json({ ok: false, error_code: 404, description: 'Not Found', error: { message: 'nothing here', code: 100 } }, 404);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${server.address().port}`;
  let hooks = {};
  let origin = '';
  const post = async (path, body, headers = {}) => {
    const answer = await fetch(origin + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  };

  return {
    sent,
    async settings(folder) {
      const at = (name) => join(folder, 'town-' + name);
      for (const [name, secret] of Object.entries(secrets)) await writeFile(at(name), secret + '\n', { mode: 0o600 });
      await writeFile(at('token'), 'town-token\n', { mode: 0o600 });
      const account = (channel, name, lines) => `[[account]]\nchannel = "${channel}"\nname = "${name}"\n${lines.join('\n')}\n`;
      return (
        '[outbound]\nallow_private_network = true\n' +
        account('webhook', 'shop', [`secret_file = "${at('shop')}"`, `send_url = "${base}/answers"`]) +
        account('telegram', 'bot', [`bot_token_file = "${at('telegram')}"`, `api_base = "${base}"`, 'poll_seconds = 5']) +
        account('whatsapp', 'phone', ['phone_number_id = "106540352242922"', `access_token_file = "${at('token')}"`, `app_secret_file = "${at('whatsapp')}"`, `verify_token_file = "${at('token')}"`, `api_base = "${base}/wa/"`]) +
        account('feed', 'news', [`url = "${base}/feed.xml"`, 'words = ["kestrel"]', 'poll_seconds = 5'])
      );
    },
    /** Learns where the program takes what the town says. */
    async meet(program) {
      origin = program.own ?? program.origin;
      for (const [channel, key] of [['manual', secrets.desk], ['web_form', secrets.form]]) await program.ask('noor', 'POST', `/brands/${brand}/accounts`, { channel, name: channel, settings: { key } }, { 'idempotency-key': 'made-in-town-' + channel });
      const accounts = (await program.ask('noor', 'GET', `/brands/${brand}/accounts`)).items;
      for (const one of accounts) {
        if (!['manual', 'web_form', 'webhook', 'whatsapp'].includes(one.channel)) continue;
        hooks[one.channel] = (await program.ask('noor', 'GET', `/brands/${brand}/accounts/${one.id}/setup`)).hook_path;
      }
    },
    telegram(name, text) {
      const n = ++many;
      updates.push({ update_id: 100 + n, message: { message_id: n, from: { id: 7000 + n, is_bot: false, first_name: name }, chat: { id: 7000 + n, first_name: name, type: 'private' }, date: Math.floor(Date.now() / 1000), text } });
    },
    whatsapp(name, text) {
      const number = '49170000' + String(++many).padStart(4, '0');
      const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'WABA', changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' }, contacts: [{ profile: { name }, wa_id: number }], messages: [{ from: number, id: 'wamid.in' + many, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: text } }] } }] }] });
      return post(hooks.whatsapp, body, { 'x-hub-signature-256': 'sha256=' + createHmac('sha256', secrets.whatsapp).update(body).digest('hex') });
    },
    shop(item) {
      const body = JSON.stringify({ id: 'shop-' + ++many, handle: 'shop' + many, at: new Date().toISOString(), ...item });
      const [id, at] = ['told' + many, String(Math.floor(Date.now() / 1000))];
      const mac = createHmac('sha256', Buffer.from(secrets.shop.slice(6), 'base64')).update(`${id}.${at}.${body}`).digest('base64');
      return post(hooks.webhook, body, { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': 'v1,' + mac });
    },
    desk: (item) => post(hooks.manual, JSON.stringify({ id: 'desk-' + ++many, at: new Date().toISOString(), ...item }), { authorization: 'Bearer ' + secrets.desk }),
    /** As somebody with a browser and a minute of time would. */
    async form(fields) {
      const page = await (await fetch(origin + hooks.web_form)).text();
      const action = /<form[^>]*action="([^"]*)"/.exec(page)?.[1].replaceAll('&amp;', '&') ?? '';
      await new Promise((done) => setTimeout(done, 3200));
      await post(new URL(action, origin + hooks.web_form).href.replace(origin, ''), new URLSearchParams(fields).toString(), { 'content-type': 'application/x-www-form-urlencoded' });
    },
    news(title, text) {
      posts = [...posts, `<entry><id>urn:town:${++many}</id><title>${title}</title><updated>${new Date().toISOString()}</updated><link href="https://town.example/${many}"/><author><name>Town news</name></author><content type="text">${text}</content></entry>`];
    },
    stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  };
}
