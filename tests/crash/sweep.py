#!/usr/bin/env python3
"""The kill sweep: run a scenario of the real program under strace, kill -9 it at the N-th write, fsync or send for
every N until it gets through, start it again after each kill, and count what a customer would notice.

    tests/crash/sweep.py AMENDS [--slice K/N] [--scenario NAME] [--points N] [--json FILE]

A point is good when, after starting again, nothing acknowledged is lost, nothing is there twice, nothing waits without
anybody knowing, and the database is sound. --slice K/N takes every N-th point, starting at K: CI runs a slice, a
release all of it."""
import argparse
import collections
import email.utils
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import older_schema

HERE = pathlib.Path(__file__).resolve().parent
SYSCALLS = ("pwrite64", "fdatasync", "fsync", "write", "sendto", "ftruncate", "unlink", "rename")


class Failure(Exception):
    pass


class Amends:
    """The program on one data folder."""

    def __init__(self, program, folder, config=None):
        self.program, self.folder, self.config = program, folder, config

    def command(self, *words):
        line = [self.program, *words, "--data", str(self.folder), "--quiet"]
        if self.config:
            line += ["--config", str(self.config)]
        return line

    def run(self, *words, ok=(0, 1)):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120)
        if done.returncode not in ok:
            raise Failure(f"{' '.join(words)}: exit {done.returncode}: {done.stderr.strip()[-400:]}")
        return done.stdout

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))

    def killed_at(self, words, syscall, n):
        """Runs a command, killed at the n-th `syscall` of whichever process or thread makes it. True when it was."""
        line = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={syscall}",
                "-e", f"inject={syscall}:signal=KILL:when={n}", *self.command(*words)]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120)
        return done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), done

    def check(self):
        done = subprocess.run(self.command("check"), capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Failure(f"database not sound: {done.stderr.strip()[-400:]}")


def mail(number, answers=None):
    lines = [f"From: Customer {number} <customer{number}@guest.test>", "To: support@cafe.test",
             f"Subject: {'Re: ' if answers is not None else ''}Cold coffee {number}",
             f"Date: {email.utils.formatdate(1767258000 + number * 60)}", f"Message-ID: <m{number}@guest.test>"]
    if answers is not None:
        lines += [f"In-Reply-To: <m{answers}@guest.test>", f"References: <m{answers}@guest.test>"]
    lines += ["Content-Type: text/plain; charset=utf-8", "", f"The coffee number {number} was cold.", ""]
    return "\r\n".join(lines)


class ImportScenario:
    """A mailbox of 40 mails, imported; started again until it is through."""
    name = "import"

    def __init__(self, program, work):
        self.program = program
        self.source = work / "import-source"
        (self.source / "cur").mkdir(parents=True)
        for folder in ("new", "tmp"):
            (self.source / folder).mkdir()
        self.expected = 40
        for i in range(self.expected):
            answered = i - 1 if i % 4 == 1 else None
            (self.source / "cur" / f"{1767258000 + i}.{i}.host:2,S").write_bytes(mail(i, answers=answered).encode())

    def prepare(self, folder):
        return Amends(self.program, folder)

    def commands(self):
        return [("import", str(self.source), "--open")]

    def recover(self, amends):
        amends.run("import", str(self.source), "--open")

    def judge(self, amends):
        messages = amends.json("search", "--limit", "200", "coffee")["hits"]
        ids = [hit["message_id"] for hit in messages]
        lost = self.expected - len(set(ids))
        doubled = len(ids) - len(set(ids))
        return lost, doubled, 0


class Sink:
    """smtp_sink.py as a process; its log outlives every kill of the program."""

    def __init__(self, work):
        self.log, port_file = work / "deliveries", work / "sink.port"
        self.log.write_text("")
        self.process = subprocess.Popen([sys.executable, HERE / "smtp_sink.py", self.log, "--port-file", port_file])
        for _ in range(200):
            if port_file.exists():
                break
            time.sleep(0.02)
        self.port = int(port_file.read_text())

    def forget(self):
        self.log.write_text("")

    def deliveries(self):
        return [line.split("\t") for line in self.log.read_text().splitlines()]

    def stop(self):
        self.process.terminate()
        self.process.wait()


CONFIG = """
[[brand]]
key = "cafe"
name = "Café Morgenrot"
domains = ["cafe.test"]

[[account]]
brand = "cafe"
channel = "email"
name = "support"
address = "support@cafe.test"
imap_host = "{host}"
imap_port = {imap}
imap_security = "{imap_security}"
smtp_host = "127.0.0.1"
smtp_port = {smtp}
smtp_security = "insecure_none"
username = "{user}"
password = "{password}"
sent_copy = "none"
pull_sent = false
allow_private_network = true
{more}
"""


USER = "sweep@shop.test"


def write_config(path, host="127.0.0.1", **values):
    path.write_text(CONFIG.format(host=host, **values))
    path.chmod(0o600)
    return path


class ReplyScenario:
    """Three agents' answers, from the command to the SMTP server. Acknowledged is what `answer` said yes to."""
    name = "reply"

    def __init__(self, program, work):
        self.program, self.work = program, work
        self.sink = Sink(work)
        self.config = write_config(work / "reply.toml", imap=1, imap_security="insecure_none", smtp=self.sink.port,
                                   user="support", password="x", more="")
        source = work / "reply-source"
        source.mkdir()
        for i in range(3):
            (source / f"{i}.eml").write_bytes(mail(i).encode())
        self.template = work / "reply-template"
        base = Amends(program, self.template, self.config)
        base.run("import", str(source), "--open", "--own", "support@cafe.test")
        self.threads = sorted(row["thread"] for row in base.json("inbox", "--view", "everything")["threads"])
        if len(self.threads) != 3:
            raise Failure(f"expected 3 threads, got {self.threads}")

    def prepare(self, folder):
        shutil.copytree(self.template, folder)
        self.sink.forget()
        return Amends(self.program, folder, self.config)

    def commands(self):
        answers = [("answer", str(thread), "--text", f"We are sorry, answer {thread}.", "--now", "--account", "support")
                   for thread in self.threads]
        return answers + [("send",)]

    def recover(self, amends):
        amends.run("send")

    def judge(self, amends):
        updates = amends.json("outbox")["updates"]
        delivered = collections.Counter(line[0] for line in self.sink.deliveries())
        doubled = sum(n - 1 for n in delivered.values() if n > 1)
        digests = collections.defaultdict(set)
        for name, _, digest in self.sink.deliveries():
            digests[name].add(digest)
        if any(len(found) > 1 for found in digests.values()):
            raise Failure("two tries of one update were not the same bytes")
        lost = forgotten = 0
        for update in updates:
            arrived = delivered.get(update["message_id"], 0)
            if update["state"] == "sent" and arrived == 0:
                lost += 1
            if update["state"] not in ("sent", "uncertain", "failed", "cancelled", "held"):
                forgotten += 1
            if update["state"] == "failed":
                lost += 1
        known = {update["message_id"] for update in updates}
        if any(name not in known for name in delivered):
            raise Failure("something was delivered that the outbox does not know")
        # Every answer that was acknowledged has its row.
        lost += max(0, self.acknowledged - len(updates))
        return lost, doubled, forgotten

    def close(self):
        self.sink.stop()


class MigrationScenario(ImportScenario):
    """The database of an older program with 40 mails in it, brought up to date by the next import. The copy that a
    migration keeps is judged too: under its name there is a whole database of the older version or nothing."""
    name = "migrate"
    OLDER = 19

    def __init__(self, program, work):
        super().__init__(program, work)
        self.older = work / "older"
        Amends(program, self.older).run("import", str(self.source), "--open")
        if older_schema.turn_back(self.older / "amends.db", self.OLDER) < 3:
            raise Failure("there is nothing to migrate")

    def prepare(self, folder):
        shutil.copytree(self.older, folder)
        return super().prepare(folder)

    def judge(self, amends):
        if older_schema.version_of(amends.folder / "amends.db") <= self.OLDER:
            raise Failure("the database was not brought up to date")
        copies = [path for path in amends.folder.glob("amends.db.before-*") if path.name.rpartition("-")[2].isdigit()]
        versions = [older_schema.version_of(copy) for copy in copies]
        for copy, version in zip(copies, versions):  # a start killed between two migrations leaves the second its own
            if not self.OLDER <= version < int(copy.name.rpartition("-")[2]):
                raise Failure(f"{copy.name} is of version {version}")
        if self.OLDER not in versions:
            raise Failure("no copy of before the migration")
        return super().judge(amends)


# The private server takes any name of its domain for a user.
PEER_USER = "sweep@shop.test"


class PullScenario:
    """A real IMAP mailbox of 30 mails, pulled. Needs AMENDS_MAIL_PEER, see tests/peers/mail."""
    name = "pull"

    def __init__(self, program, work):
        self.program = program
        peer = read_peer()
        self.expected = 30
        self.config = write_config(work / "pull.toml", imap=peer["AMENDS_PEER_IMAPS"], imap_security="tls", smtp=25,
                                   user=PEER_USER, password=peer["AMENDS_PEER_PASSWORD"],
                                   more=f'ca_file = "{peer["AMENDS_PEER_CA"]}"')
        fill_mailbox(peer, [mail(i) for i in range(self.expected)])

    def prepare(self, folder):
        return Amends(self.program, folder, self.config)

    def commands(self):
        return [("pull",)]

    def recover(self, amends):
        amends.run("pull")

    def judge(self, amends):
        hits = amends.json("search", "--limit", "200", "coffee")["hits"]
        ids = [hit["message_id"] for hit in hits]
        return self.expected - len(set(ids)), len(ids) - len(set(ids)), 0


def read_peer():
    path = os.environ.get("AMENDS_MAIL_PEER")
    if not path:
        raise Failure("AMENDS_MAIL_PEER is not set: run this through tests/peers/mail/with-peer")
    pairs = (line.split("=", 1) for line in pathlib.Path(path).read_text().splitlines() if "=" in line)
    return {key: value.strip().strip("'\"") for key, value in pairs}


def fill_mailbox(peer, mails):
    import imaplib
    import ssl
    context = ssl.create_default_context(cafile=peer["AMENDS_PEER_CA"])
    box = imaplib.IMAP4_SSL("localhost", int(peer["AMENDS_PEER_IMAPS"]), ssl_context=context)
    box.login(PEER_USER, peer["AMENDS_PEER_PASSWORD"])
    _, held = box.select("INBOX")
    if int(held[0]) > 0:  # Dovecot refuses 1:* of nothing
        box.store("1:*", "+FLAGS", "\\Deleted")
        box.expunge()
    for one in mails:
        box.append("INBOX", None, None, one.encode())
    box.logout()


SCENARIOS = {cls.name: cls for cls in (ImportScenario, ReplyScenario, PullScenario, MigrationScenario)}


def sweep(scenario, work, arguments, totals):
    """Every command of the scenario in turn is the one that dies; those before it run whole."""
    first, step = arguments.slice
    commands = scenario.commands()
    for index, command in enumerate(commands):
        for syscall in SYSCALLS:
            points = 0
            for n in range(1, 100_000):
                if (n - 1) % step != first % step:
                    continue
                folder = work / "data"
                shutil.rmtree(folder, ignore_errors=True)
                amends = scenario.prepare(folder)
                scenario.acknowledged = index
                for before in commands[:index]:
                    amends.run(*before)
                killed, done = amends.killed_at(command, syscall, n)
                if not killed and done.returncode not in (0, 1):
                    raise Failure(f"{scenario.name}: {command[0]} at {syscall} {n}: exit {done.returncode}: {done.stderr[-300:]}")
                if not killed and command[0] == "answer":
                    scenario.acknowledged = index + 1
                if not killed:
                    break
                points += 1
                where = f"{scenario.name}: {' '.join(command[:2])} killed at {syscall} {n}"
                try:
                    scenario.recover(amends)
                    amends.check()
                    lost, doubled, forgotten = scenario.judge(amends)
                except (Failure, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
                    totals["broken"] += 1
                    print(f"  BROKEN {where}: {error}", flush=True)
                    continue
                for name, count in (("lost", lost), ("doubled", doubled), ("forgotten", forgotten)):
                    totals[name] += count
                    if count:
                        print(f"  {name.upper()} {count}: {where}", flush=True)
                if arguments.points and points >= arguments.points:
                    break
            totals["points"] += points
            if points:
                print(f"  {scenario.name:8} {command[0]:8} {syscall:10} {points:5} points", flush=True)


def parse_slice(text):
    first, step = text.split("/")
    return int(first), int(step)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("amends")
    arguments.add_argument("--slice", type=parse_slice, default=(0, 1), metavar="K/N")
    arguments.add_argument("--scenario", choices=SCENARIOS, action="append")
    arguments.add_argument("--points", type=int, default=0, help="at most so many points a command and system call")
    arguments.add_argument("--json", help="write the counts to this file")
    given = arguments.parse_args()
    totals = collections.Counter(points=0, lost=0, doubled=0, forgotten=0, broken=0)
    with tempfile.TemporaryDirectory(prefix="amends-sweep-") as temporary:
        for name in given.scenario or SCENARIOS:
            work = pathlib.Path(temporary) / name
            work.mkdir()
            scenario = SCENARIOS[name](os.path.abspath(given.amends), work)
            try:
                sweep(scenario, work, given, totals)
            finally:
                if hasattr(scenario, "close"):
                    scenario.close()
    print(", ".join(f"{name} {count}" for name, count in totals.items()))
    if given.json:
        pathlib.Path(given.json).write_text(json.dumps(dict(totals), indent=1) + "\n")
    # A sweep that found nothing to kill has tested nothing.
    if totals["points"] < 10:
        print("too few points: the harness itself is broken")
        return 1
    return 1 if totals["lost"] + totals["doubled"] + totals["forgotten"] + totals["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
