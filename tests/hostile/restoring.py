"""Backups, restores and erasures under hostile conditions. Each public function is a `do` of restoring.toml; `with` are its
words. Folders and programs are those of storage.py."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from program import Broken, Skipped
from storage import MAILS, _ends, _mounted, _serving, codes_of, expect, filled, sound, sums, write_mails

CANARY = "zanzibar"
JANE = "jane@quokka.test"


def run(program, one, folder):
    DOES[one["do"]](program, one, folder, **one.get("with", {}))


# ---- what the rows need

def key_of(folder, name="backup.key", digit="a"):
    path = folder / name
    path.write_text(digit * 64 + "\n")
    path.chmod(0o600)
    return path


def backup(program, data, folder, name="copy.backup"):
    expect(program, (0,), data, "backup", folder / name, "--key-file", key_of(folder))
    return folder / name


def restore(program, codes, data, file, folder, *more):
    return expect(program, codes, data, "restore", file, "--key-file", key_of(folder), *more)


def jane_writes(program, data, folder, count=3):
    """Mail with words that stand nowhere else."""
    (folder / "jane" / "cur").mkdir(parents=True)
    for n in range(count):
        (folder / "jane" / "cur" / str(n)).write_bytes(
            (f"From: Jane <{JANE}>\r\nTo: s@cafe.test\r\nMessage-ID: <j{n}@quokka.test>\r\n"
             f"Date: Fri, 20 Nov 2020 11:{n:02}:00 +0000\r\nSubject: {CANARY} {n}\r\n\r\n{CANARY} wombatfest\r\n").encode())
    expect(program, (0,), data, "import", folder / "jane", "--open")
    return folder / "jane"


def holding(data, words=(b"zanzibar", b"quokka", b"wombatfest")):
    """The files of a data folder in which one of the words stands."""
    return [p.name for p in data.rglob("*") if p.is_file() and any(w in p.read_bytes().lower() for w in words)]


def nothing_left(program, data):
    if holding(data):
        raise Broken(f"the erased words stand in {holding(data)}")
    for words in (["search", CANARY, "--json"], ["search", "quokka", "--json"]):
        found = json.loads(expect(program, (0,), data, *words).out)
        if found.get("hits") or found.get("messages"):
            raise Broken(f"{words} finds something")


def left_over(folder):
    return [p.name for p in folder.iterdir() if "restoring" in p.name or p.name.endswith((".part", ".copy"))]


# ---- backups that are none

CHANGES = {
    "cut in half": lambda b: b[: len(b) // 2 + 99],
    "cut by a byte": lambda b: b[:-1],
    "cut to its header": lambda b: b[:96],
    "cut inside its header": lambda b: b[:40],
    "cut between two chunks": lambda b: b[: 96 + 3 * (65_536 + 17)],
    "a byte changed": lambda b: b[: len(b) // 2] + bytes([b[len(b) // 2] ^ 4]) + b[len(b) // 2 + 1:],
    "two chunks exchanged": lambda b: b[:96] + b[96 + 65_553: 96 + 2 * 65_553] + b[96: 96 + 65_553] + b[96 + 2 * 65_553:],
    "a chunk twice": lambda b: b[: 96 + 65_553] + b[96:],
    "something behind it": lambda b: b + b"more",
    "the salt changed": lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:],
    "a zip": lambda b: b"PK\x03\x04" + b[4:],
    "nothing in it": lambda b: b"",
    "a format of the future": lambda b: b[:8] + b"\x09" + b[9:],
}


def refused(program, one, folder, how, says=""):
    """A backup that was changed so is refused: into a new folder, which isn't made, and over an old one, which stays."""
    data = filled(program, folder)
    file = backup(program, data, folder)
    file.write_bytes(CHANGES[how](file.read_bytes()))
    before = sums(data)
    restore(program, codes_of(one), folder / "fresh", file, folder)
    done = restore(program, codes_of(one), data, file, folder, "--replace")
    restore(program, codes_of(one), data, file, folder, "--check")
    said = done.err.decode(errors="replace")
    if says not in said:
        raise Broken(f"doesn't say {says!r}: {said.strip()[-200:]}")
    if (folder / "fresh").exists() or sums(data) != before or left_over(folder):
        raise Broken("something was touched")
    sound(program, data, MAILS)


def other_secret(program, one, folder, secret):
    data = filled(program, folder)
    file = backup(program, data, folder)
    phrase = folder / "phrase"
    phrase.write_text("five words that mean nothing\n")
    phrase.chmod(0o600)
    lax = key_of(folder, "lax.key")
    lax.chmod(0o644)
    words = {"another key": ["--key-file", key_of(folder, "other.key", "b")], "a passphrase": ["--passphrase-file", phrase],
             "none": [], "one that others can read": ["--key-file", lax]}[secret]
    before = sums(data)
    expect(program, codes_of(one), data, "restore", file, "--replace", *words)
    if sums(data) != before or left_over(folder):
        raise Broken("something was touched")


def not_empty(program, one, folder):
    """Without --replace a folder that holds something stays as it is, whatever it holds."""
    data = filled(program, folder)
    file = backup(program, data, folder)
    before = sums(data)
    restore(program, codes_of(one), data, file, folder)
    other = folder / "photos"
    other.mkdir()
    (other / "cat.jpg").write_bytes(b"cat")
    restore(program, codes_of(one), other, file, folder)
    if sums(data) != before or (other / "cat.jpg").read_bytes() != b"cat" or len(list(other.iterdir())) != 1:
        raise Broken("something was touched")


def round_trip(program, one, folder):
    """Backed up, grown, restored over: as it was, the newer one kept beside it, and what came since comes in again."""
    data = filled(program, folder)
    file = backup(program, data, folder)
    expect(program, (2,), data, "backup", file, "--key-file", key_of(folder))
    if any(word in file.read_bytes() for word in (b"SQLite", b"Matter", b"amends keys")):
        raise Broken("the backup can be read without its key")
    new = write_mails(folder / "new", 5, "new")
    expect(program, (0,), data, "import", new, "--open")
    restore(program, (0,), data, file, folder, "--replace")
    sound(program, data, MAILS)
    kept = [p for p in folder.iterdir() if ".before-restore-" in p.name]
    if len(kept) != 1:
        raise Broken(f"kept beside it: {kept}")
    sound(program, kept[0], MAILS + 5)
    expect(program, (0,), data, "import", new, "--open")
    sound(program, data, MAILS + 5)
    restore(program, (0,), folder / "elsewhere" / "data", file, folder)
    sound(program, folder / "elsewhere" / "data", MAILS)


def beside_serving(program, one, folder):
    """Backups while the hub serves are whole; a restore over a serving hub is turned away."""
    data = filled(program, folder)
    child = _serving(program, data)
    try:
        files = [backup(program, data, folder, f"copy{n}.backup") for n in range(5)]
        expect(program, (0,), data, "check", "--json")
        restore(program, (75,), data, files[0], folder, "--replace")
    finally:
        child.send_signal(signal.SIGTERM)
        _ends(child, 0)
    for n, file in enumerate(files):
        restore(program, (0,), folder / f"r{n}", file, folder)
        sound(program, folder / f"r{n}", MAILS)
    sound(program, data, MAILS)


def rotation(program, one, folder):
    """Only what a backup is called like goes; and a damaged database pushes no good backup out."""
    data = filled(program, folder)
    target = folder / "backups"
    target.mkdir()
    (target / "amends-diary.backup").write_bytes(b"mine")
    words = ["backup", target, "--keep", "2", "--key-file", key_of(folder)]
    for _ in range(3):
        expect(program, (0,), data, *words)
        time.sleep(1.05)
    good = sorted(p.name for p in target.iterdir())
    if len(good) != 3 or "amends-diary.backup" not in good:
        raise Broken(f"the folder holds {good}")
    with open(data / "amends.db", "r+b") as file:
        for page in range(8, 40):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)
    expect(program, (3,), data, *words)
    if sorted(p.name for p in target.iterdir()) != good:
        raise Broken("a damaged database made a backup, or removed one")


def disk_full(program, one, folder, what):
    """A backup onto a full disk leaves nothing that looks like one; a restore onto it leaves the old folder."""
    data = filled(program, folder)
    disk = folder / "disk"
    _mounted(disk, "size=400k")
    try:
        if what == "backup":
            expect(program, codes_of(one), data, "backup", disk / "b.backup", "--key-file", key_of(folder))
            if any(p.suffix == ".backup" for p in disk.iterdir()):
                raise Broken("a backup that isn't whole bears the name of one")
        else:
            file = backup(program, data, folder)
            restore(program, codes_of(one), disk / "data", file, folder)
            if (disk / "data").exists():
                raise Broken("a data folder that isn't whole")
        sound(program, data, MAILS)
        if left_over(disk) or left_over(data):
            raise Broken(f"left behind: {left_over(disk) + left_over(data)}")
    finally:
        subprocess.run(["umount", "-l", str(disk)], capture_output=True)


# ---- killed in the middle

def killed(program, one, folder, what, times):
    """Killed at several moments, then done again: a backup is whole or isn't there, a restore took place or didn't, an
    erasure is complete or nothing of it happened."""
    data = filled(program, folder)
    if what == "erase":
        jane_writes(program, data, folder)
    file = backup(program, data, folder) if what != "backup" else None
    for n in range(times):
        target = folder / f"k{n}.backup"
        words = {"backup": ["backup", target, "--key-file", key_of(folder)],
                 "restore": ["restore", file, "--replace", "--key-file", key_of(folder)],
                 "erase": ["customer", "erase", JANE, "--yes"]}[what]
        child = program.start(program.command(data, *words))
        time.sleep(0.006 * n)
        child.kill()
        child.communicate()
        if what == "backup" and target.exists():
            restore(program, (0,), folder / "x", target, folder, "--check")
        if what == "restore":
            sound(program, data, MAILS)
        if what == "erase" and child.returncode == 0:
            break
    if what == "backup":
        final = backup(program, data, folder, "final.backup")
        restore(program, (0,), folder / "fresh", final, folder)
        sound(program, folder / "fresh", MAILS)
        if left_over(data):
            raise Broken(f"a copy in clear is left: {left_over(data)}")
    elif what == "restore":
        restore(program, (0,), data, file, folder, "--replace")
        sound(program, data, MAILS)
        if left_over(folder):
            raise Broken(f"left behind: {left_over(folder)}")
    else:
        # Whatever was killed, a further erasure removes the traces of all.
        again = expect(program, (0, 1), data, "customer", "erase", JANE, "--yes")
        if again.code == 1:
            expect(program, (0,), data, "customer", "erase", "g0@guest.test", "--yes")
        nothing_left(program, data)
        if json.loads(expect(program, (0,), data, "check", "--json").out)["faults"]:
            raise Broken("damaged")


# ---- the erased stay erased

def erased(program, one, folder, then):
    data = filled(program, folder)
    source = jane_writes(program, data, folder)
    target = folder / "backups"
    target.mkdir()
    expect(program, (0,), data, "backup", target / "old.backup", "--key-file", key_of(folder))
    if not holding(data):
        raise Skipped("the words stand nowhere even before")
    dry = json.loads(expect(program, (0,), data, "customer", "erase", JANE, "--dry-run", "--json").out)
    if dry["plan"]["messages"] != 3 or dry["erased"]:
        raise Broken(f"the dry run says {dry}")
    expect(program, (2,), data, "customer", "erase", JANE)
    expect(program, (0,), data, "customer", "erase", JANE, "--yes")
    nothing_left(program, data)
    sound(program, data, MAILS)
    if then == "imported again":
        expect(program, (0,), data, "import", source, "--open")
    elif then == "an old backup restored":
        restore(program, (0,), data, target / "old.backup", folder, "--replace")
    elif then == "an old backup restored elsewhere":
        expect(program, (0,), data, "backup", target / "young.backup", "--key-file", key_of(folder))
        shutil.rmtree(data)
        restore(program, (0,), data, target / "old.backup", folder)
    nothing_left(program, data)
    sound(program, data, MAILS)
    expect(program, (1,), data, "customer", "erase", JANE, "--yes")


def exported(program, one, folder):
    """The ZIP holds what was stored, byte for byte, and nothing of anybody else."""
    import zipfile
    data = filled(program, folder)
    source = jane_writes(program, data, folder)
    expect(program, (0,), data, "customer", "export", JANE, "--to", folder / "jane.zip")
    if (folder / "jane.zip").stat().st_mode & 0o077:
        raise Broken("others can read the export")
    with zipfile.ZipFile(folder / "jane.zip") as archive:
        names = archive.namelist()
        items = sorted(archive.read(n) for n in names if n.startswith("items/"))
        if items != sorted(p.read_bytes() for p in (source / "cur").iterdir()):
            raise Broken("the items are not what came in")
        if len(json.loads(archive.read("timeline.json"))) != 3:
            raise Broken("the timeline is not hers")
        for name in names:
            if not re.fullmatch(r"[a-z0-9/._-]+", name) or b"guest.test" in archive.read(name):
                raise Broken(f"{name} is odd or names somebody else")


DOES = {f.__name__: f for f in (refused, other_secret, not_empty, round_trip, beside_serving, rotation, disk_full, killed,
                                erased, exported)}
