// A door between the browser and the program that can be shut: what stood open is cut, what knocks is turned away.
import { connect, createServer } from 'node:net';

export async function gate(origin) {
  const { hostname, port } = new URL(origin);
  const open = new Set();
  let shut = false;
  const server = createServer((socket) => {
    if (shut) return socket.destroy();
    const on = connect(Number(port), hostname);
    for (const [a, b] of [[socket, on], [on, socket]]) {
      open.add(a);
      a.on('error', () => undefined);
      a.on('close', () => (open.delete(a), b.destroy()));
      a.pipe(b);
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    shut() {
      shut = true;
      for (const one of open) one.destroy();
    },
    open: () => (shut = false),
    stop: () => new Promise((done) => (open.forEach((one) => one.destroy()), server.close(done))),
  };
}
