// The real program on a data folder of its own and a free port, filled with the sample workspace; ended by its own process
// number. Other browser tests may use it too: const program = await start(path, { many: 20_000 }).
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { front } from './front.mjs';

export const password = 'vowel kettle brim canary';
export const brand = 'kestrel';

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function run(path, words, given = '') {
  return new Promise((done, fail) => {
    const child = execFile(path, words, { maxBuffer: 64 << 20, env: { ...process.env, USER: 'noor' } }, (error, out, err) =>
      error && error.code !== 1 ? fail(new Error(`${words.join(' ')}: ${err.slice(-400)}`)) : done(out),
    );
    child.stdin.end(given);
  });
}

/** `many`: so many further threads, each a short mention. `settings`: more lines of the configuration, or what gives
 *  them for a folder. `bring`: gets a folder
 *  and gives paths of what is imported besides, in order. `bare`: no sample workspace and nobody who may sign in; the way in
 *  stands in what it said. */
export async function start(path, { many = 0, settings = '', bring, bare = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'amends-inbox-'));
  const data = join(folder, 'data');
  const config = join(folder, 'amends.toml');
  await mkdir(data, { mode: 0o700 });
  const port = await freePort();
  if (!bare) await run(path, ['demo', '--leave', '--data', data]);
  await writeFile(
    config,
    `[hub]\ndata = "${data}"\n[http]\nlisten = "127.0.0.1:${port}"\n[[brand]]\nkey = "${brand}"\nname = "Kestrel & Crumb"\ndomains = ["kestrelandcrumb.example"]\n${typeof settings === 'function' ? await settings(folder) : settings}`,
    { mode: 0o600 },
  );
  const there = ['--config', config, '--data', data, '--quiet'];
  if (many > 0) {
    const file = join(folder, 'many.jsonl');
    const lines = Array.from({ length: many }, (_, i) =>
      JSON.stringify({
        id: 'many-' + i,
        kind: 'mention',
        source: 'chirp',
        author: 'Person ' + i,
        handle: 'person' + i,
        at: new Date(Date.UTC(2025, 0, 1) + i * 60_000).toISOString(),
        text: `Number ${i} says that the coffee was ${i % 2 ? 'cold' : 'late'}. @kestrelandcrumb`,
        language: 'en',
      }),
    );
    await writeFile(file, lines.join('\n') + '\n');
    await run(path, ['import', file, '--open', ...there]);
  }
  for (const file of bring ? await bring(folder) : []) await run(path, ['import', file, '--open', ...there]);
  const people = [
    ['noor', '--admin', '--name', 'Noor'],
    ['ada', '--role', 'senior_agent', '--brand', brand, '--name', 'Ada'],
    ['curt', '--role', 'curator', '--brand', brand, '--name', 'Curt'],
  ];
  for (const [login, ...words] of bare ? [] : people)
    await run(path, ['user', 'add', login, ...words, ...there], password + '\n');

  const child = spawn(path, ['serve', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, USER: 'noor' } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said = (said + bytes).slice(-20_000)));
  const ended = new Promise((done) => child.on('exit', done));
  const own = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(own + '/livez')).status === 200) break;
    } catch {
      if (tries > 200 || child.exitCode !== null) throw new Error('it doesn’t serve: ' + said.slice(-600));
    }
    await new Promise((done) => setTimeout(done, 50));
  }

  // AMENDS_APP: a folder that vite built, shown in place of what the program was built with.
  const shown = process.env.AMENDS_APP ? await front(own, process.env.AMENDS_APP) : undefined;
  const origin = shown?.origin ?? own;
  const cookies = new Map();
  async function ask(login, method, path, body, headers = {}) {
    if (login && !cookies.has(login)) {
      const answer = await fetch(own + '/api/v1/session', {
        method: 'POST',
        headers: { origin: own, 'content-type': 'application/json' },
        body: JSON.stringify({ login, password }),
      });
      if (answer.status !== 200) throw new Error(`${login} can't sign in: ${answer.status} ${await answer.text()}`);
      cookies.set(login, answer.headers.get('set-cookie').split(';')[0]);
    }
    const answer = await fetch(own + '/api/v1' + path, {
      method,
      headers: { origin: own, ...(login ? { cookie: cookies.get(login) } : {}), ...(body && !headers['content-type'] ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
    return text ? JSON.parse(text) : undefined;
  }
  return {
    origin,
    data,
    /** A request of somebody else: ask('ada', 'PUT', '/brands/kestrel/threads/5/owner', {owner: 'ada'}) */
    ask,
    said: () => said.replaceAll(own, origin),
    async stop() {
      await shown?.stop();
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 25_000);
      await ended;
      clearTimeout(hard);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

