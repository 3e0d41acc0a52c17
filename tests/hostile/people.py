"""People, their secrets and the record of what they did, attacked from the console and behind the program's back. Each
public function is a `do` of people.toml; `with` are its words."""
import json
import re
import sqlite3

from program import Broken
from storage import expect

PASSWORD = "vowel kettle brim canary"


def run(program, one, folder):
    DOES[one["do"]](program, one, folder, **one.get("with", {}))


def peopled(program, data):
    """A data folder with an administrator, two agents, and the links they were handed."""
    links = []
    for words in (["add", "boss", "--admin", "--link"], ["add", "ada", "--role", "agent", "--link"],
                  ["add", "bob", "--role", "curator", "--link"], ["invite", "new@canary.test", "--role", "manager"]):
        links.append(json.loads(expect(program, (0,), data, "user", *words, "--json").out)["url"].partition("#")[2])
    given = program.run(program.command(data, "user", "password", "ada"), given=PASSWORD.encode() + b"\n")
    if given.code != 0:
        raise Broken(f"user password: {given.words()}")
    expect(program, (0,), data, "user", "role", "bob", "senior_agent")
    return links


def _behind_its_back(data, *statements):
    """As somebody does who can write to the file and knows its schema."""
    database = sqlite3.connect(data / "amends.db")
    for verb in ("UPDATE", "DELETE"):
        database.execute(f"DROP TRIGGER audit_entry_refuses_{verb}")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def audit(program, one, folder, sql, number, heads=True):
    """The chain is whole; after this it is broken, and `number` is the first entry that is wrong."""
    data = folder / "data"
    peopled(program, data)
    before = json.loads(expect(program, (0,), data, "audit", "verify", "--json").out)
    if not before["whole"] or before["entries"] < 8 or before["heads_compared"] < 2:
        raise Broken(f"the chain before: {before}")
    _behind_its_back(data, *sql)
    if not heads:
        (data / "amends.audit").unlink()
    after = json.loads(expect(program, (one["exit"],), data, "audit", "verify", "--json").out)
    found = after["fault"] and after["fault"]["number"]
    if found != number:
        raise Broken(f"names {found}, not {number}: {after}")


def audit_refuses(program, one, folder):
    """The database itself refuses to change the record."""
    data = folder / "data"
    peopled(program, data)
    database = sqlite3.connect(data / "amends.db")
    for statement in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry WHERE number = 2"):
        try:
            database.execute(statement)
        except sqlite3.DatabaseError:
            continue
        raise Broken(f"{statement} was done")
    database.close()
    expect(program, (0,), data, "audit", "verify")


def secrets_at_rest(program, one, folder):
    """No password, link or address of the record lies in any file."""
    data = folder / "data"
    secrets = [*peopled(program, data), PASSWORD]
    expect(program, (0,), data, "rekey")
    for path in data.rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        for secret in secrets:
            if len(secret) < 20 or secret.encode() in held:
                raise Broken(f"{path.name} holds {secret[:6]}…")
    record = expect(program, (0,), data, "audit", "list", "--limit", 200, "--json").out.decode()
    if re.search(r"canary|@", record):
        raise Broken("the record holds an address")


def passwords(program, one, folder, given, times=1, says=""):
    """`given` as a new password."""
    data = folder / "data"
    expect(program, (0,), data, "user", "add", "ada", "--link")
    done = program.run(program.command(data, "user", "password", "ada"), given=(given * times).encode() + b"\n")
    if done.code != one["exit"]:
        raise Broken(f"exit {done.code}: {done.words()}")
    if says not in done.err.decode(errors="replace"):
        raise Broken(f"doesn't say {says!r}: {done.words()}")


DOES = {f.__name__: f for f in (audit, audit_refuses, secrets_at_rest, passwords)}
