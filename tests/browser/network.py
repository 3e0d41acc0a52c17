"""All the network there is: an HTTP proxy on a free loopback port that serves the pages under test and writes down
whatever else is asked of it. https and web sockets come as CONNECT, which is written down and refused."""
import asyncio

REFUSED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Network:
    def __init__(self):
        self.pages = {}      # address -> (content type, bytes)
        self.requests = []   # (method, address) of everything that isn't a page under test

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        try:
            head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode("latin-1")
            method, address = head.split(" ", 2)[:2]
            page = self.pages.get(address) if method == "GET" else None
            if page is None:
                self.requests.append((method, address))
                writer.write(REFUSED)
            else:
                kind, body = page
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
                             f"Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode() + body)
            await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.TimeoutError,
                asyncio.CancelledError):
            pass
        finally:
            writer.close()
