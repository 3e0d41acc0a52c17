"""One serving program for all inputs of the API: two brands that know nothing of each other, people in each, mail in
each. Started at the first input that needs it, stopped by its own process number at the end."""
import atexit
import base64
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from program import Broken, free_port
from storage import expect

PASSWORD = "vowel kettle brim canary"
CANARY = "canary-of-two"
CONFIG = """
[hub]
data = "data"
[http]
listen = "127.0.0.1:{port}"
public_url = "{url}"
[[brand]]
key = "one"
name = "Brand One"
domains = ["one.test"]
[[brand]]
key = "two"
name = "Brand Two"
domains = ["two.test"]
"""
MAIL = ("From: {name} <{address}>\r\nTo: help@{brand}.test\r\nSubject: {subject}\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n"
        "Message-ID: <{number}@{brand}.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe lamp is broken. {canary}\r\n"
        "--b\r\nContent-Type: {type}\r\nContent-Disposition: attachment; filename=\"{file}\"\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n{bytes}\r\n--b--\r\n")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Site:
    def __init__(self, program):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="amends-site-"))
        self.folder.chmod(0o700)
        atexit.register(self.stop)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.config = self.folder / "amends.toml"
        self.config.write_text(CONFIG.format(port=self.port, url=self.origin))
        self.config.chmod(0o600)
        self.data = self.folder / "data"
        self._fill()
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([str(program.path), "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log, env=program.environment)
        self._wait()
        self.cookies = {login: self._sign_in(login) for login in ("boss", "ada", "lead", "bob")}

    def _fill(self):
        for brand in ("one", "two"):
            for number, (name, address, subject, kind, file, held) in enumerate(LETTERS):
                letter = self.folder / f"{brand}{number}.eml"
                letter.write_bytes(MAIL.format(
                    name=name, address=address, subject=subject, type=kind, file=file, brand=brand, number=number,
                    bytes=base64.encodebytes(held).decode(), canary=CANARY if brand == "two" else "").encode())
                expect(self.program, (0,), self.data, "import", letter, "--open", "--brand", brand, config=self.config)
        for login, words in (("boss", ["--admin"]), ("ada", ["--role", "agent", "--brand", "one"]),
                             ("lead", ["--role", "support_lead", "--brand", "one"]),
                             ("bob", ["--role", "manager", "--brand", "two"])):
            done = self.program.run(self.program.command(self.data, "user", "add", login, *words, config=self.config),
                                    given=PASSWORD.encode() + b"\n")
            if done.code != 0:
                raise Broken(f"user add: {done.words()}")

    def _wait(self):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if self.ask("GET", "/livez").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise Broken("it doesn't serve: " + (self.folder / "log").read_text(errors="replace")[-300:])

    def _sign_in(self, login):
        answer = self.ask("POST", "/api/v1/session", {"login": login, "password": PASSWORD})
        if answer.status != 200:
            raise Broken(f"signing in as {login}: {answer.status} {answer.body[:200]}")
        return answer.headers["set-cookie"].partition(";")[0]

    def ask(self, method, path, body=None, who=None, headers=None, seconds=10):
        """One request as a browser of ours sends it. `body`: JSON, or bytes as they are."""
        given = {"Host": f"127.0.0.1:{self.port}", "Origin": self.origin}
        if who:
            given["Cookie"] = self.cookies[who]
        if body is not None:
            given["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        given.update(headers or {})
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value is not None:
                    line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders()
            if body is not None:
                try:
                    line.send(body)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # refused before it was all sent: the answer is there
            came = line.getresponse()
            return Answer(came.status, {k.lower(): v for k, v in came.getheaders()}, came.read())
        finally:
            line.close()

    def raw(self, bytes_, seconds=10):
        """Whatever comes back until the peer closes, or nothing more comes for half a second."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
            try:
                line.sendall(bytes_)
            except OSError:
                pass
            out, line_closed = b"", False
            line.settimeout(0.7)
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                try:
                    piece = line.recv(65536)
                except TimeoutError:
                    if out:
                        break
                    continue
                except OSError:
                    line_closed = True
                    break
                if not piece:
                    line_closed = True
                    break
                out += piece
            return out, line_closed

    def things(self, brand, who="boss"):
        """Numbers that exist in a brand, to be asked for where they don't belong."""
        rows = self.ask("GET", f"/api/v1/brands/{brand}/inbox?view=everything", who=who).json()["items"]
        first = rows[0]
        return {"thread": first["thread"], "customer": first["customer"], "message": first["last_message"]}

    def alive(self):
        """Answers within a second, one time of three: a busy machine holds up a call now and then, a hung program all."""
        for _ in range(3):
            if self.process.poll() is not None:
                raise Broken(f"the program ended with {self.process.returncode}: " +
                             (self.folder / "log").read_text(errors="replace")[-300:])
            began = time.monotonic()
            if self.ask("GET", "/livez", seconds=5).status == 200 and time.monotonic() - began < 1:
                return
        raise Broken("/livez doesn't answer within a second")

    def _server(self):
        """The process that serves: the program's child where a supervisor stands before it."""
        pid = self.process.pid
        child = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return pathlib.Path(f"/proc/{child[0] if child else pid}")

    def rss_mb(self):
        status = (self._server() / "status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def cpu_seconds(self):
        """What the program has worked so far (proc(5): utime and stime stand 12th and 13th after the name)."""
        fields = (self._server() / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if getattr(self, "process", None) and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _png(width, height):
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"


# Sender, subject and an attachment that wants to be more than one.
LETTERS = [
    ("=HYPERLINK(http://evil.test)", "eve@guest.test", "=1+1", "image/svg+xml", "x.svg",
     b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("Ann", "ann@guest.test", "A lamp", "text/html", "page.html", b"<script>alert(1)</script>"),
    ("Ben", "ben@guest.test", "A chair", "image/gif", "poly.gif", b"GIF89a/*\x00\x00*/=1;alert(1)//"),
    ("Cid", "cid@guest.test", "A table", "application/octet-stream", "../../etc/passwd", b"root"),
    ("Dot", "dot@guest.test", "A shelf", "image/png", "big.png", _png(50000, 50000)),
    ("Eva", "eva@guest.test", "A rug", "text/plain", "\u202egnp.exe", b"MZ"),
]

_site = None


def the(program):
    global _site
    if _site is None:
        _site = Site(program)
    return _site
