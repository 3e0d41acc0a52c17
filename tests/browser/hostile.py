"""Hostile pages: read, shown, judged."""
import asyncio
import collections
import json
import pathlib
import re

from chromium import Gone

HERE = pathlib.Path(__file__).resolve().parent
Vector = collections.namedtuple("Vector", "number family name html")
Bad = collections.namedtuple("Bad", "number name html finding")
ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"0": b"\0", b"\\": b"\\"}
SETTLE = 0.05       # seconds for what comes after the last event
PATIENCE = 60       # seconds for a cleaned page to load or take all events: a loaded machine is no finding
LOADED = 1.5        # seconds for a hostile page to load
ALIVE = 6           # seconds for a hostile page to take all events
NETWORK = re.compile(r"(https?|wss?|ftp):", re.I)


def unescape(text, number):
    """Bytes as vectors.txt writes them; leak.test becomes the vector's own host, so that a request says whose it is."""
    out = bytearray()
    parts = re.split(rb"(\\x[0-9A-Fa-f]{2}|\\\{|\\.)", text)
    begins = None
    for part in parts:
        if part == b"\\{":
            begins = len(out)
        elif part.startswith(b"\\x") and len(part) == 4:
            out.append(int(part[2:], 16))
        elif part.startswith(b"\\") and len(part) == 2:
            out += ESCAPES[part[1:]]
        else:
            while begins is not None and (close := re.search(rb"\*(\d+)\}", part)):
                out += part[:close.start()]
                out[begins:] = bytes(out[begins:]) * int(close[1])
                begins, part = None, part[close.end():]
            out += part
    return re.sub(rb"(?i)leak\.test", b"v%d.leak.test" % number, bytes(out))


def vectors():
    found, family, seen = [], None, set()
    for line in (HERE / "vectors.txt").read_bytes().splitlines():
        if not line or line.startswith(b"# "):
            continue
        if heading := re.fullmatch(rb"\[([a-z]+)\]", line):
            family = heading[1].decode()
            continue
        name, colon, html = line.partition(b": ")
        if not colon or (family, name) in seen:
            raise SystemExit(f"vectors.txt: no name, or one that is there already: {line[:80]!r}")
        seen.add((family, name))
        found.append(Vector(len(found), family, name.decode(), unescape(html, len(found))))
    return found


def known_bad():
    """Pages as a cleaner with a hole would leave them, and what must be said of each."""
    pages = [
        ("a handler", '<b onclick="1">x</b>', "scripts parsed"),
        ("a script that names itself", '<img src="x" onerror="canary()">', "script"),
        ("a request", '<img alt="x" src="http://leak.test/x">', "request http://leak.test/x"),
        ("a request over https", '<img alt="x" src="https://leak.test/x">', "request leak.test:443"),
        ("a request by style", '<p style="background:url(http://leak.test/y)">x</p>', "request http://leak.test/y"),
        ("a request by a path", '<img alt="x" src="z">', "request http://vector.test/z"),
        ("a script that only the second parse makes", "<math><mtext><table><mglyph><style><img src=x onerror=canary()>"
         "</style></table></mtext></math>", "script (inner)"),
        ("an overlay", '<p style="position:fixed;top:0">x</p>', "overlay"),
        ("a name", '<p id="x">x</p>', "named"),
        ("a clobbered document", '<img alt="x" src="cid:x" name="getElementById">', "clobbered"),
        ("a sheet", "<style>p{color:red}</style><p>x</p>", "sheet"),
        ("a script address", '<a href="javascript:void 0">x</a>', "address"),
        ("foreign content", "<svg></svg>", "foreign"),
        ("a refresh", '<meta http-equiv="refresh" content="0;url=http://leak.test/r">', "request http://leak.test/r"),
    ]
    return [Bad(90_000 + n, name, html.replace("leak.test", f"v{90_000 + n}.leak.test"),
                re.sub(r"(leak|vector)\.test", rf"v{90_000 + n}.\1.test", finding))
            for n, (name, html, finding) in enumerate(pages)]


class Judge:
    """A tab and what it saw."""

    @classmethod
    async def start(cls, browser, network, watched):
        judge = cls()
        judge.browser, judge.network, judge.broken = browser, network, False
        judge.tab = await browser.tab()
        for domain in ("Page", "Runtime", *watched):
            await judge.tab.ask(domain + ".enable")
        await judge.tab.ask("Runtime.addBinding", name="__told")
        await judge.tab.ask("Page.addScriptToEvaluateOnNewDocument", source=(HERE / "page.js").read_text(encoding="utf-8"))
        return judge

    async def close(self):
        await self.browser.close(self.tab)

    def _seen(self, address):
        """What came since last asked, in words; the page's own address is no finding."""
        found = set()
        for method, event in self.tab.take():
            if method == "Runtime.bindingCalled":
                found.add(event["payload"])
            elif method == "Debugger.scriptParsed" and not event["url"].startswith("harness:"):
                found.add("scripts parsed")
            elif method == "Network.requestWillBeSent" and NETWORK.match(event["request"]["url"]):
                if event["request"]["url"] not in (address, address + "favicon.ico"):
                    found.add("request " + event["request"]["url"])
            elif method == "Network.webSocketCreated":
                found.add("request " + event["url"])
            elif method in ("Page.windowOpen", "Page.javascriptDialogOpening"):
                found.add(method)
            elif method == "Page.frameNavigated" and event["frame"]["url"] not in (address, "about:blank"):
                found.add("navigated to " + event["frame"]["url"][:100])
        return found

    def _asked(self, number):
        """Requests that reached the network on behalf of a vector."""
        host = re.compile(rf"\bv{number}\.(leak|vector)\.test", re.I)
        mine = {f"request {address}" for _, address in self.network.requests if host.search(address)}
        return {found for found in mine if not found.endswith("/favicon.ico")}

    async def cleaned(self, number, html):
        """Everything that is wrong with a page that should be harmless."""
        address = f"http://v{number}.vector.test/"
        self.network.pages[address] = ("text/html", html.encode())  # no charset: the browser may guess
        found = set()
        try:
            self._seen(address)
            await self.tab.open(address, PATIENCE)
            for phase, code in (("", "harness.poke()"), ("inner", f"harness.inner({json.dumps(html)})")):
                await self.tab.evaluate(f"{code}.then(() => {{ harness.look(); harness.strict(); }})", PATIENCE)
                await asyncio.sleep(SETTLE)
                found |= {f"{one} ({phase})" if phase else one for one in self._seen(address)}
        except Gone as gone:
            found |= {f"the page went: {gone}"} | self._seen(address)
            self.broken = True
        del self.network.pages[address]
        return sorted(found | self._asked(number))

    async def raw(self, number, html):
        """Whether a page does any harm as it came: runs, asks, covers or clobbers."""
        address = f"http://v{number}.vector.test/"
        self.network.pages[address] = ("text/html", html)
        harm = re.compile(r"script$|request |overlay|clobbered|title")
        found = set()
        try:
            self._seen(address)
            await self.tab.open(address, LOADED)
            for code in ("harness.poke()", f"harness.inner({json.dumps(html.decode(errors='replace'))})"):
                await self.tab.evaluate(f"{code}.then(() => harness.look())", ALIVE)
                await asyncio.sleep(SETTLE)
                found |= self._seen(address) | self._asked(number)
                if any(map(harm.match, found)):
                    break
        except Gone:
            found |= self._seen(address) | self._asked(number)
            self.broken = True
        del self.network.pages[address]
        return sorted(filter(harm.match, found))
