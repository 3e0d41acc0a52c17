"""The program under test: started, measured, and what it may never do."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile

# C0 and C1 controls but tab and line feed, and what turns the reading direction of a line around.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")


class Broken(Exception):
    """Something that must hold doesn't."""


class Skipped(Exception):
    """This machine can't try it."""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Done:
    def __init__(self, code, out, err, cpu, rss_mb):
        self.code, self.out, self.err, self.cpu, self.rss_mb = code, out, err, cpu, rss_mb

    def words(self):
        return self.err.decode(errors="replace").strip()[-300:]


def clean(value, where="output"):
    """No value anywhere holds a raw control character."""
    if isinstance(value, dict):
        for key, inner in value.items():
            clean(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            clean(inner, f"{where}.{number}")
    elif isinstance(value, str):
        found = CONTROLS.search(value)
        if found:
            raise Broken(f"{where} holds U+{ord(found[0]):04X}: {value[max(0, found.start() - 20):found.end() + 20]!r}")


class Program:
    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        if not os.access(self.path, os.X_OK):
            raise SystemExit(f"{self.path} is no program")
        # Sanitizers cost time and memory of their own: then only what comes out is judged.
        self.sanitized = b"__asan_init" in self.path.read_bytes()
        self.cpu_seconds = 0.0
        self.environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
                            "TZ": "UTC", "USER": "hostile"}
        self._launcher = subprocess.Popen([sys.executable, "-S", "-E", str(pathlib.Path(__file__).with_name("launcher.py"))],
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def command(self, folder, *words, config=None):
        line = [str(self.path), *map(str, words), "--data", str(folder), "--quiet"]
        return line + (["--config", str(config)] if config else [])

    def start(self, line):
        """In the background, for those that have to be disturbed."""
        return subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=self.environment)

    def run(self, line, given=b"", seconds=60, environment=None):
        """Runs one command to its end with its own resource usage; a signal is a fault of the program."""
        with tempfile.NamedTemporaryFile() as source, tempfile.NamedTemporaryFile() as out, \
                tempfile.NamedTemporaryFile() as err:
            source.write(given)
            source.flush()
            request = {"line": line, "environment": {**self.environment, **(environment or {})}, "seconds": seconds,
                       "files": [source.name, out.name, err.name], "cpu_limit": 30}
            self._launcher.stdin.write(json.dumps(request) + "\n")
            self._launcher.stdin.flush()
            usage = json.loads(self._launcher.stdout.readline())
            done = Done(usage["code"], out.read(), err.read(), usage["cpu"], usage["rss_mb"])
        self.cpu_seconds += done.cpu
        if usage["late"]:
            raise Broken(f"not done after {seconds} s: {' '.join(line[1:4])}")
        if done.code < 0:
            raise Broken(f"{' '.join(line[1:4])} died of {signal.Signals(-done.code).name}: {done.words()}")
        if re.search(rb"AddressSanitizer|runtime error:|terminate called", done.err):
            raise Broken(f"{' '.join(line[1:4])}: {done.words()}")
        return done
