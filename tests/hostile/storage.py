"""Damaged files, full disks, odd clocks, signals and bad configurations. Each public function is a `do` of storage.toml;
`with` are its words."""
import atexit
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from program import Broken, Skipped, free_port
from values import content

MAILS = 40
_template = {}


def run(program, one, folder):
    DOES[one["do"]](program, one, folder, **one.get("with", {}))


# ---- a data folder with something in it

def write_mails(folder, count, before="", words=20):
    (folder / "cur").mkdir(parents=True, exist_ok=True)
    letters = random.Random(before)  # words that no codec makes smaller
    for n in range(count):
        (folder / "cur" / f"{before}{n}").write_bytes(
            (f"From: Guest {n} <g{n}@guest.test>\r\nTo: s@cafe.test\r\nMessage-ID: <{before}{n}@guest.test>\r\n"
             f"Date: Fri, 20 Nov 2020 10:{n % 60:02}:00 +0000\r\nSubject: Matter {before}{n}\r\n\r\n"
             + " ".join(letters.randbytes(4).hex() for _ in range(words)) + " cold coffee\r\n").encode())
    return folder


def filled(program, folder):
    """A copy of a data folder that holds MAILS mails."""
    if "data" not in _template:
        made = pathlib.Path(tempfile.mkdtemp(prefix="amends-hostile-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        expect(program, (0,), made / "data", "import", write_mails(made / "in", MAILS), "--open")
        _template["data"] = made / "data"
    shutil.copytree(_template["data"], folder / "data")
    return folder / "data"


def expect(program, codes, data, *words, config=None, before=(), environment=None):
    done = program.run([*before, *program.command(data, *words, config=config)], environment=environment)
    if done.code not in codes:
        raise Broken(f"{' '.join(map(str, words))}: exit {done.code}, not {' or '.join(map(str, codes))}: {done.words()}")
    return done


def codes_of(one):
    return one["exit"] if isinstance(one["exit"], list) else [one["exit"]]


def sums(data):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in data.iterdir()
            if p.is_file() and p.name in ("amends.db", "amends.db-wal", "amends.key")}


def sound(program, data, messages):
    """The database is sound and every mail is there, once."""
    faults = json.loads(expect(program, (0,), data, "check", "--json").out)["faults"]
    if faults:
        raise Broken(f"check: {faults}")
    threads = json.loads(expect(program, (0,), data, "inbox", "--view", "everything", "--limit", 1000, "--json").out)["threads"]
    if len(threads) != messages:
        raise Broken(f"{len(threads)} threads, not {messages}")


# ---- damaged files

def _flip(path, begin, end):
    with open(path, "r+b") as file:
        file.seek(begin)
        file.write(bytes(b ^ 0xFF for b in path.read_bytes()[begin:end]))


def _settled(data):
    """All in the database file itself, nothing in its log."""
    database = sqlite3.connect(data / "amends.db")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _sql(data, statement):
    database = sqlite3.connect(data / "amends.db")
    database.execute(statement)
    database.commit()
    database.close()


def interrupted(program, data, source):
    """An import killed as soon as its log holds something."""
    child = program.start(program.command(data, "import", source, "--open"))
    log, deadline = data / "amends.db-wal", time.monotonic() + 20
    while child.poll() is None and time.monotonic() < deadline:
        if (data / "parsing").exists() and log.exists() and log.stat().st_size > 400_000:
            break
    child.kill()
    child.communicate()
    if not log.exists() or log.stat().st_size < 100_000:
        raise Skipped("the import was over before it could be killed")


def _link(data):
    (data / "amends.db").rename(data / "elsewhere.db")
    (data / "amends.db").symlink_to(data / "elsewhere.db")


def _folder(data):
    for name in ("amends.db", "amends.db-wal", "amends.db-shm"):
        (data / name).unlink(missing_ok=True)
    (data / "amends.db").mkdir()


def _gone_but_log(data):
    (data / "amends.db").unlink()
    if not (data / "amends.db-wal").exists() or (data / "amends.db-wal").stat().st_size == 0:
        (data / "amends.db-wal").write_bytes(b"log")


def _alone(data, bytes_of):
    """The database file with these bytes and no log."""
    path = data / "amends.db"
    _settled(data)
    for name in ("amends.db-wal", "amends.db-shm"):
        (data / name).unlink(missing_ok=True)
    path.write_bytes(bytes_of(path.read_bytes()))


DAMAGES = {
    "page flipped": lambda p, d: (_settled(d), _flip(d / "amends.db", 4096 * 6, 4096 * 7)),
    "many pages flipped": lambda p, d: (_settled(d), _flip(d / "amends.db", 4096 * 4, 4096 * 40)),
    "header flipped": lambda p, d: _alone(d, lambda b: bytes(x ^ 0xFF for x in b[:100]) + b[100:]),
    "first page flipped behind the header": lambda p, d: _alone(d, lambda b: b[:100] + bytes(x ^ 0xFF for x in b[100:4096]) + b[4096:]),
    "cut in half": lambda p, d: _alone(d, lambda b: b[: len(b) // 8192 * 4096]),
    "cut inside a page": lambda p, d: _alone(d, lambda b: b[: len(b) // 2 + 77]),
    "cut to its header": lambda p, d: _alone(d, lambda b: b[:100]),
    "0 bytes": lambda p, d: _alone(d, lambda b: b""),
    "no SQLite": lambda p, d: _alone(d, lambda b: b"This is a letter, not a database.\n" * 1000),
    "zeros": lambda p, d: _alone(d, lambda b: b"\0" * len(b)),
    "log of garbage": lambda p, d: (_settled(d), (d / "amends.db-wal").write_bytes(random.Random(1).randbytes(50_000))),
    "shm of garbage": lambda p, d: (d / "amends.db-shm").write_bytes(random.Random(1).randbytes(32_768)),
    "newer schema": lambda p, d: _sql(d, "INSERT INTO schema_migration (version, name, at) VALUES (999, 'later', 0)"),
    "another program's database": lambda p, d: _sql(d, "PRAGMA application_id = 7"),
    "symbolic link": lambda p, d: _link(d),
    "folder": lambda p, d: _folder(d),
    "everybody may write to it": lambda p, d: (d / "amends.db").chmod(0o666),
    "everybody may write in its folder": lambda p, d: d.chmod(0o777),
    "gone, log left": lambda p, d: _gone_but_log(d),
    "key readable by others": lambda p, d: (d / "amends.key").chmod(0o644),
    "key cut": lambda p, d: (d / "amends.key").write_bytes(b"short"),
    "key gone": lambda p, d: (d / "amends.key").unlink(),
}


def damage(program, one, folder, what, says="", unchanged=True, whole=False):
    """After this damage `check` and an import exit with `exit`, say why, and leave the files as they are; `whole`: nothing
    is lost and the database is sound."""
    data = filled(program, folder)
    DAMAGES[what](program, data)
    before = sums(data)
    new = write_mails(folder / "new", 2, "new")
    if whole:
        sound(program, data, MAILS)
        expect(program, (0,), data, "import", new, "--open")
        return sound(program, data, MAILS + 2)
    done = expect(program, codes_of(one), data, "check")
    said = done.err.decode(errors="replace")
    if says not in said:
        raise Broken(f"doesn't say {says!r}: {said.strip()[-200:]}")
    expect(program, codes_of(one) + ([0, 1, 3] if not unchanged else []), data, "import", new, "--open")
    for words in (["inbox"], ["search", "coffee"], ["thread", "1"]):
        expect(program, codes_of(one) + ([0, 1, 3] if not unchanged else []), data, *words)
    if unchanged and sums(data) != before:
        raise Broken("the files were changed")


def log_cut(program, one, folder, at):
    """The log ends inside a frame, as after a power cut: what was committed before stays, and the rest comes in again."""
    data = folder / "data"
    source = write_mails(folder / "in", 900)
    interrupted(program, data, source)
    log = data / "amends.db-wal"
    os.truncate(log, int(log.stat().st_size * at))
    expect(program, (0,), data, "check")
    expect(program, (0,), data, "import", source, "--open")
    sound(program, data, 900)


# ---- disks, files and rights

def _mounted(folder, options):
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0:
        raise Skipped("only root can mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options + ",mode=0700", "amends-hostile", str(folder)],
                          capture_output=True)
    if done.returncode != 0:
        raise Skipped("this machine does not let us mount a small disk")


def small_disk(program, one, folder, options, then):
    """An import onto a disk without room is refused with exit 75; with room again it goes on, and nothing is lost."""
    disk = folder / "disk"
    source = write_mails(folder / "in", 150, words=200)
    _mounted(disk, options)
    try:
        expect(program, codes_of(one), disk / "data", "import", source, "--open")
        subprocess.run(["mount", "-o", "remount," + then, str(disk)], check=True, capture_output=True)
        expect(program, (0,), disk / "data", "import", source, "--open")
        sound(program, disk / "data", 150)
    finally:
        subprocess.run(["umount", "-l", str(disk)], capture_output=True)


def read_only_disk(program, one, folder):
    disk = folder / "disk"
    _mounted(disk, "size=64m")
    try:
        data = filled(program, disk)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
        before = sums(data)
        expect(program, codes_of(one), data, "import", write_mails(folder / "in", 2, "new"), "--open")
        if sums(data) != before:
            raise Broken("the files were changed")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True, capture_output=True)
        sound(program, data, MAILS)
    finally:
        subprocess.run(["umount", "-l", str(disk)], capture_output=True)


def limited(program, one, folder, limit):
    """Under a resource limit of this kind the program ends in order, and without it nothing was lost."""
    tool = shutil.which("prlimit") or _skip("prlimit is not installed")
    data = filled(program, folder)
    source = write_mails(folder / "in", 30, "more", words=500)
    expect(program, codes_of(one), data, "import", source, "--open", before=[tool, limit])
    expect(program, (0,), data, "import", source, "--open")
    sound(program, data, MAILS + 30)


def _skip(why):
    raise Skipped(why)


def no_rights(program, one, folder, path):
    """A file of the data folder that we may not open, for somebody who isn't root."""
    data = filled(program, folder)
    before = []
    if os.geteuid() == 0:
        tool = shutil.which("setpriv") or _skip("setpriv is not installed")
        before = [tool, "--reuid=65534", "--regid=65534", "--clear-groups"]
        os.chmod(folder, 0o755)
        for p in [data, *data.iterdir()]:
            os.chown(p, 65534, 65534)
        if subprocess.run([*before, str(program.path), "--version"], capture_output=True).returncode != 0:
            raise Skipped("the program lies where others can't run it")
    (data / path).chmod(0)
    expect(program, codes_of(one), data, "inbox", before=before)
    (data / path).chmod(0o700 if path == "." else 0o600)
    done = expect(program, (0,), data, "check", "--json", before=before)
    if json.loads(done.out)["faults"]:
        raise Broken("damaged")


# ---- clock

def clock(program, one, folder, at):
    """Mail comes in at this time and is read in ours: sound, once, and in order."""
    tool = shutil.which("faketime") or _skip("faketime is not installed")
    data = folder / "data"
    source = write_mails(folder / "in", 5)
    fake = {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    expect(program, (0,), data, "import", source, "--open", before=[tool, "-f", at], environment=fake)
    expect(program, (0,), data, "inbox", "--json", before=[tool, "-f", at], environment=fake)
    expect(program, (0,), data, "import", source, "--open")
    sound(program, data, 5)


# ---- processes

def _serving(program, data):
    """A hub at work, once it says that it serves: from then on it ends in order."""
    log = data.parent / "serve.log"
    config = data.parent / "serving.toml"
    config.write_text(f'[http]\nlisten = "127.0.0.1:{free_port()}"\n')
    with open(log, "wb") as err:
        child = subprocess.Popen([str(program.path), "serve", "--data", str(data), "--config", str(config)],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err,
                                 env=program.environment, start_new_session=True)
    child.log = log
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and child.poll() is None:
        if b'"serving"' in log.read_bytes():
            return child
        time.sleep(0.01)
    child.kill()
    child.wait()
    raise Broken(f"serve does not begin: {log.read_text(errors='replace')[-300:]}")


def _ends(child, code, seconds=15):
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise Broken(f"still there {seconds} s after the signal") from None
    if child.returncode != code:
        said = child.log.read_text(errors="replace")[-300:]
        try:
            os.killpg(child.pid, signal.SIGKILL)  # what it left behind
            said += " (and left a process behind)"
        except ProcessLookupError:
            pass
        raise Broken(f"serve: exit {child.returncode}, not {code}: {said}")


def two_programs(program, one, folder, second):
    data = filled(program, folder)
    child = _serving(program, data)
    source = write_mails(folder / "in", 1, "new")
    try:
        words = {"import": ["import", str(source)], "serve": ["serve"], "inbox": ["inbox"]}
        expect(program, codes_of(one), data, *words[second])
        if child.poll() is not None:
            raise Broken("the first one ended")
    finally:
        child.send_signal(signal.SIGTERM)
        _ends(child, 0)
    sound(program, data, MAILS)


def signals(program, one, folder, kinds, last):
    """A storm of signals on `serve`, then `last`, which ends it in order."""
    data = filled(program, folder)
    child = _serving(program, data)
    for n in range(200):
        child.send_signal(getattr(signal, kinds[n % len(kinds)]))
        if child.poll() is not None:
            break
    child.send_signal(getattr(signal, last))
    _ends(child, 0)
    sound(program, data, MAILS)


def killed(program, one, folder, words, by, times):
    """A command killed at several moments; run again it gets through, and everything is there once."""
    source = write_mails(folder / "in", 200)
    data = folder / "data"
    for n in range(times):
        line = {"import": ["import", source, "--open"], "inbox": ["inbox"]}[words]
        child = program.start(program.command(data, *line))
        time.sleep(0.004 * n)
        child.send_signal(getattr(signal, by))
        child.communicate()
        if words == "inbox":
            shutil.rmtree(data, ignore_errors=True) if n < times - 1 and child.returncode == 0 else None
    expect(program, (0,), data, "import", source, "--open")
    sound(program, data, 200)


# ---- configuration

def config(program, one, folder, text, says, mode="0600", secret_mode=None, secret=None, name="amends.toml"):
    """A configuration that is refused with exit 78, saying where, without a word of its secret ("hunter2")."""
    path = folder / name
    path.write_bytes(content(text, "as_is"))
    path.chmod(int(mode, 8))
    if secret_mode is not None:
        (folder / "secret").write_text(secret or "hunter2\n")
        (folder / "secret").chmod(int(secret_mode, 8))
    data = folder / "data"
    done = program.run([str(program.path), "inbox", "--config", str(path), "--data", str(data)])
    said = (done.out + done.err).decode(errors="replace")
    if done.code != one["exit"]:
        raise Broken(f"exit {done.code}, not {one['exit']}: {said[-200:]}")
    if "hunter2" in said:
        raise Broken("the secret is in what it says")
    if says not in said:
        raise Broken(f"doesn't say {says!r}: {said.strip()[-200:]}")
    if data.exists():
        raise Broken("a data folder was made before the configuration was read")


def config_absent(program, one, folder):
    done = program.run([str(program.path), "inbox", "--config", str(folder / "no.toml"), "--data", str(folder / "data")])
    if done.code != one["exit"]:
        raise Broken(f"exit {done.code}, not {one['exit']}: {done.words()}")


def config_pipe(program, one, folder):
    os.mkfifo(folder / "amends.toml")
    done = program.run([str(program.path), "inbox", "--config", str(folder / "amends.toml"), "--data",
                        str(folder / "data")], seconds=10)
    if done.code != one["exit"]:
        raise Broken(f"exit {done.code}, not {one['exit']}: {done.words()}")


DOES = {f.__name__: f for f in (damage, log_cut, small_disk, read_only_disk, limited, no_rights,
                                clock, two_programs, signals, killed, config, config_absent, config_pipe)}
