// The app's files from a folder, everything else from a running program: what was changed in the app is tried before the
// program is built with it. Answers bear the program's own policy, and it believes that its own page asks.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { createBrotliCompress } from 'node:zlib';

const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.png': 'image/png' };
const programs = /^\/(?:api|hooks|setup|join|reset|livez|readyz|metrics)(?:[/?#]|$)/;

export async function front(target, dist) {
  const policy = Object.fromEntries([...(await fetch(target + '/')).headers].filter(([name]) => !/^(?:content-(?:type|length|encoding)|etag|date|connection|transfer-encoding|cache-control)$/.test(name)));
  const server = createServer((asked, answer) => {
    const path = normalize(decodeURIComponent(new URL(asked.url, target).pathname));
    if (programs.test(path)) {
      const headers = { ...asked.headers, host: new URL(target).host, ...(asked.headers.origin ? { origin: target } : {}) };
      const on = request(target + asked.url, { method: asked.method, headers }, (got) => {
        answer.writeHead(got.statusCode, got.headers);
        got.pipe(answer);
      });
      on.on('error', () => answer.destroy());
      answer.on('close', () => on.destroy());
      asked.pipe(on);
      return;
    }
    const file = join(dist, path);
    const found = existsSync(file) && statSync(file).isFile() ? file : join(dist, 'index.html');
    answer.writeHead(200, { ...policy, 'content-type': types[extname(found)] ?? 'application/octet-stream', 'content-encoding': 'br', 'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' });
    createReadStream(found).pipe(createBrotliCompress()).pipe(answer);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => new Promise((done) => (server.closeAllConnections(), server.close(done))) };
}
