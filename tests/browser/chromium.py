"""Debian's Chromium without a window, spoken to over a pipe: DevTools messages, parted by a null, on its descriptors 3
and 4. One thread, asyncio."""
import asyncio
import fcntl
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_MESSAGE = 256 * 1024 * 1024
# Nothing of its own may talk: what the proxy sees is what a page asked for.
FLAGS = ("--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--mute-audio",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
         "--disable-extensions", "--disable-breakpad", "--disable-domain-reliability", "--no-pings=false",
         "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1",
         "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb", "--password-store=basic",
         "--use-mock-keychain", "--disable-ipc-flooding-protection", "--disable-background-timer-throttling",
         "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--deny-permission-prompts",
         "--disable-features=BackForwardCache,OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate,"
         "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,InterestFeedContentSuggestions")


class Gone(Exception):
    """The page or the browser isn't there any more, or refused."""


class Tab:
    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session
        self.heard = []          # what DevTools told of this page since last looked at
        self._loaded = asyncio.Event()

    async def ask(self, method, seconds=20, **parameters):
        return await self.browser.ask(method, seconds, self.session, **parameters)

    def hear(self, method, parameters):
        if method == "Page.loadEventFired":
            self._loaded.set()
        self.heard.append((method, parameters))

    def take(self):
        heard, self.heard = self.heard, []
        return heard

    async def open(self, address, seconds):
        """To the load event, or as long as is given to it."""
        self._loaded.clear()
        await self.ask("Page.navigate", url=address)
        try:
            await asyncio.wait_for(self._loaded.wait(), seconds)
        except asyncio.TimeoutError:
            pass

    async def evaluate(self, code, seconds=20, user=False):
        answer = await self.ask("Runtime.evaluate", seconds, expression=code + "\n//# sourceURL=harness:code",
                                awaitPromise=True, returnByValue=True, userGesture=user)
        if "exceptionDetails" in answer:
            raise Gone(json.dumps(answer["exceptionDetails"])[:300])
        return answer["result"].get("value")


class Chromium:
    def __init__(self, proxy_port):
        self._port = proxy_port
        self._numbers = itertools.count(1)
        self._waiting, self._tabs = {}, {}

    async def __aenter__(self):
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if program is None:
            raise SystemExit("there is no chromium: packaging/packages.test names it")
        self._home = tempfile.mkdtemp(prefix="amends-chromium-")
        (down_read, down_write), (up_read, up_write) = map(self._high, (os.pipe(), os.pipe()))
        line = [program, *FLAGS, f"--user-data-dir={self._home}", f"--proxy-server=http://127.0.0.1:{self._port}",
                "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * 127.0.0.1", "about:blank"]
        if os.geteuid() == 0:
            line.insert(1, "--no-sandbox")
        self._log = open(os.path.join(self._home, "log"), "wb")
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", f'exec "$0" "$@" 3<&{down_read} 4>&{up_write}', *line], stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, start_new_session=True, pass_fds=(down_read, up_write),
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self._home, "LANG": "C.UTF-8", "TZ": "UTC"})
        os.close(down_read)
        os.close(up_write)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
        self._up, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(up_read, "rb"))
        self._down, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(down_write, "wb"))
        self._listening = asyncio.create_task(self._listen(reader))
        self.version = (await self.ask("Browser.getVersion", 60))["product"]
        return self

    async def __aexit__(self, *_):
        self._listening.cancel()
        self._down.close()
        self._up.close()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    @staticmethod
    def _high(pipe):
        """Above 9, where the shell that puts them on 3 and 4 can't step on them."""
        moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in pipe)
        for end in pipe:
            os.close(end)
        return moved

    async def _listen(self, reader):
        try:
            while True:
                message = json.loads((await reader.readuntil(b"\0"))[:-1])
                if "id" in message:
                    waiting = self._waiting.pop(message["id"], None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(message)
                elif message.get("sessionId") in self._tabs:
                    self._tabs[message["sessionId"]].hear(message["method"], message["params"])
        except asyncio.IncompleteReadError:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(Gone("the browser ended"))

    async def ask(self, method, seconds=20, session=None, **parameters):
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._down.write(json.dumps(message).encode() + b"\0")
        try:
            answer = await asyncio.wait_for(self._waiting[number], seconds)
        except asyncio.TimeoutError:
            raise Gone(f"{method}: no answer in {seconds} s") from None
        if "error" in answer:
            raise Gone(f"{method}: {answer['error']['message']}")
        return answer["result"]

    async def tab(self):
        """In a window of its own and as if it had the keyboard: a tab behind another is never drawn or focused."""
        target = (await self.ask("Target.createTarget", 60, url="about:blank", newWindow=True))["targetId"]
        session = (await self.ask("Target.attachToTarget", 60, targetId=target, flatten=True))["sessionId"]
        tab = self._tabs[session] = Tab(self, target, session)
        await tab.ask("Emulation.setFocusEmulationEnabled", enabled=True)
        return tab

    async def close(self, tab):
        self._tabs.pop(tab.session, None)
        try:
            await self.ask("Target.closeTarget", 10, targetId=tab.target)
        except Gone:
            pass
