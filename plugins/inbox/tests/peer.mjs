// A mail server that takes everything, for answers to leave through; and the hostile and long things that are brought in.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Takes mail; what it took lies in `taken`. */
export async function mailSink() {
  const taken = [];
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let rest = '';
    let body = null;
    const say = (line) => socket.write(line + '\r\n');
    say('220 sink ESMTP');
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let end; (end = rest.indexOf('\r\n')) >= 0; ) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (body !== null) {
          if (line === '.') {
            taken.push(body);
            body = null;
            say('250 taken');
          } else body += line + '\n';
        } else if (/^EHLO/i.test(line)) socket.write('250-sink\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n');
        else if (/^AUTH/i.test(line)) say('235 come in');
        else if (/^DATA/i.test(line)) {
          body = '';
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('250 yes');
      }
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: server.address().port,
    taken,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}

export const settingsFor = (port) => `[sending]
undo_seconds = 3
[[account]]
channel = "email"
name = "support"
address = "hello@kestrelandcrumb.example"
allow_private_network = true
imap_host = "127.0.0.1"
imap_port = 9
imap_security = "insecure_none"
smtp_host = "127.0.0.1"
smtp_port = ${port}
smtp_security = "insecure_none"
username = "demo"
password = "demo"
sent_copy = "none"
`;

const lines = (rows) => rows.map((row) => JSON.stringify(row)).join('\n') + '\n';
const words = 'the coffee order came late again and nobody answered my mail about the missing cups but thanks for the refund it was quick this time'.split(' ');

/** Files to bring in: what was edited and taken back, a long story, mails that try to do harm, mails as programs write them. */
export const bring = (tests) => async (folder) => {
  const at = (name) => join(folder, name);
  const review = { id: 'rv-1', kind: 'review', source: 'chirp', author: 'Edda Edited', handle: 'edda', at: '2026-03-01T09:00:00Z', rating: 2, title: 'Cold coffee', text: 'I waited twenty minutes and it was cold. I won’t be back.', location: 'Harbour Street' };
  await writeFile(at('first.jsonl'), lines([review, { ...review, id: 'rv-2', title: 'Gone soon', text: 'This will be taken back.', at: '2026-03-02T09:00:00Z' }, { id: 'dm-1', kind: 'direct_message', source: 'chirp', author: 'Edda Edited', handle: 'edda', at: '2026-03-03T09:00:00Z', text: 'In private: my order is KC-48213.' }]));
  await writeFile(at('second.jsonl'), lines([{ ...review, updated: '2026-03-04T09:00:00Z', rating: 4, text: 'I waited twenty minutes and it was warm. I will be back.' }, { ...review, id: 'rv-2', title: '', text: '', at: '2026-03-02T09:00:00Z', updated: '2026-03-04T09:00:00Z', deleted: '2026-03-04T09:00:00Z' }]));
  await writeFile(
    at('long.jsonl'),
    lines(
      Array.from({ length: 5000 }, (_, i) => ({
        id: 'long-' + i,
        kind: i % 3 ? 'mention' : 'direct_message',
        source: 'chirp',
        author: 'Longina Story',
        handle: 'longina',
        at: new Date(Date.UTC(2025, 0, 1) + i * 5_400_000).toISOString(),
        text: Array.from({ length: 5 + ((i * 7) % 50) }, (_, k) => words[(i * 31 + k * 17) % words.length]).join(' '),
      })),
    ),
  );
  await mkdir(at('mails'));
  // Every vector of the browser test of cleaned pages, a mail for each three dozen, and a few in names, subjects and files.
  const vectors = (await readFile(join(tests, 'browser/vectors.txt'), 'latin1'))
    .split('\n')
    .filter((line) => /^[^#[\s].*?: /.test(line))
    .map((line) => line.slice(line.indexOf(': ') + 2).replace(/\\x([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))).replace(/\\([ntr0\\])/g, (_, c) => ({ n: '\n', t: '\t', r: '\r', 0: '\0', '\\': '\\' })[c]).replace(/\\\{(.*?)\*(\d+)\}/g, (_, what, times) => what.repeat(Math.min(Number(times), 500))));
  let mails = 0;
  const mail = (from, subject, html, files = '') => {
    mails++;
    const head = `From: ${from}\r\nTo: hello@kestrelandcrumb.example\r\nSubject: ${subject}\r\nDate: Fri, 06 Mar 2026 ${String(mails % 24).padStart(2, '0')}:${String(mails % 60).padStart(2, '0')}:00 +0000\r\nMessage-ID: <hostile${mails}@hostile.example>\r\nMIME-Version: 1.0\r\n`;
    const body = `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(html, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;
    return writeFile(at(`mails/${mails}.eml`), head + (files ? `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${body}--b\r\n${files}--b--\r\n` : body));
  };
  for (let i = 0; i < vectors.length; i += 36) await mail('"<img src=x onerror=canary()>" <mallory@hostile.example>', `<script>canary()</script> ${i}`, '<p>Hello, is anybody there?</p><table><tr><td>' + vectors.slice(i, i + 36).join('</td></tr></table><table><tr><td>') + '</td></tr></table>');
  await mail('Mallory <mallory@hostile.example>', '"><svg onload=canary()>', '<p style="color:red">One more <img src="http://leak.test/pixel.png" alt="pixel"> <a href="https://bank.example.evil.example/login">https://bank.example/login</a></p><blockquote>' + 'quoted words '.repeat(30) + '</blockquote>', 'Content-Type: text/html; name="<img src=x onerror=canary()>.html"\r\nContent-Disposition: attachment; filename="<img src=x onerror=canary()>.html"\r\n\r\n<script>canary()</script>\r\n');
  return [at('first.jsonl'), at('second.jsonl'), at('long.jsonl'), at('mails')];
};
