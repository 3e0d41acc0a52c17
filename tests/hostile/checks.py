"""The checks that need no damaged machine: one mail, one page, a hub that receives, and tests named as proof."""
import json
import pathlib
import re
import subprocess

from program import Broken, Skipped, clean
from values import content, hold

CPU_SECONDS = 1.0
RSS_MB = 64


def measured(program, one, line, given):
    limit = one.get("cpu_seconds", CPU_SECONDS)
    done = program.run(line, given)
    if done.code != one.get("exit", 0):
        raise Broken(f"exit {done.code}: {done.words()}")
    if done.cpu > limit and not program.sanitized:
        raise Broken(f"{done.cpu:.2f} s of CPU, {limit} allowed")
    if done.rss_mb > one.get("rss_mb", RSS_MB) and not program.sanitized:
        raise Broken(f"{done.rss_mb:.0f} MB at its peak, {one.get('rss_mb', RSS_MB)} allowed")
    clean(done.err.decode(errors="replace"), "stderr")
    return done


def inspect(program, one, _folder):
    line = [str(program.path), "inspect", "mail", *(w for name in one.get("trust", []) for w in ("--trust", name))]
    done = measured(program, one, line, content(one["mail"], one.get("newlines", "crlf")))
    document = json.loads(done.out)
    # The HTML stands there as it came: it is never shown without `inspect html`.
    clean({key: value for key, value in document.items() if key != "html"}, "mail")
    hold(document, one["holds"])


def html(program, one, _folder):
    """No word of `lacks`, as a regular expression, is in the page as it would be shown."""
    done = measured(program, one, [str(program.path), "inspect", "html"], content(one["page"], "as_is"))
    shown = done.out.decode(errors="strict")
    clean(shown, "page")
    for pattern in one["lacks"]:
        found = re.search(pattern, shown, re.IGNORECASE)
        if found:
            raise Broken(f"the page still has {found[0]!r}")
    hold({"page": shown}, one.get("holds", []))


def said(program, folder, config, *words, ok=(0,)):
    done = program.run(program.command(folder, *words, config=config))
    if done.code not in ok:
        raise Broken(f"{' '.join(map(str, words))}: exit {done.code}: {done.words()}")
    return done.out


def seen(program, folder, config, brand, search):
    """Everything that a brand's people see, threads in the order of their numbers, messages in that of their arrival."""
    of = ["--json", *(["--brand", brand] if brand else [])]
    ask = lambda *words: json.loads(said(program, folder, config, *words, *of))
    rows = ask("inbox", "--view", "everything", "--limit", 1000)["threads"]
    threads = [ask("thread", row["thread"]) for row in sorted(rows, key=lambda row: row["thread"])]
    messages = sorted((m for thread in threads for m in thread["messages"]), key=lambda m: m["id"])
    return {"threads": threads, "messages": messages, "quarantine": ask("quarantine"),
            "hits": ask("search", search)["hits"] if search else []}


def hub(program, one, folder):
    """Mails arrive one after the other, each in a Maildir of its own; then the program is asked what it shows."""
    data, config = folder / "data", None
    if "config" in one:
        config = folder / "amends.toml"
        config.write_text(one["config"], encoding="utf-8")
        config.chmod(0o600)
    own = [w for address in one.get("own", []) for w in ("--own", address)]
    brands = one.get("brands", [])
    imports = []
    for number, mail in enumerate(one["mails"]):
        source = folder / f"in{number}"
        (source / "cur").mkdir(parents=True)
        (source / "cur" / "1").write_bytes(content(mail, one.get("newlines", "crlf")))
        for brand in brands or [None]:
            to = ["--brand", brand] if brand else []
            imports.append(json.loads(
                said(program, data, config, "import", source, "--open", "--json", *own, *to, ok=(0, 1))))
    document = {"imports": imports}
    for brand in brands or [None]:
        shown = said(program, data, config, "inbox", "--view", "everything", *(["--brand", brand] if brand else []))
        clean(shown.decode(errors="strict"), "inbox on the terminal")
    if brands:
        document |= {brand: seen(program, data, config, brand, one.get("search")) for brand in brands}
    else:
        document |= seen(program, data, config, None, one.get("search"))
    clean(document, "hub")
    hold(document, one["holds"])
    if one.get("terminal"):
        clean(said(program, data, config, "thread", 1).decode(errors="strict"), "thread on the terminal")
    faults = json.loads(said(program, data, config, "check", "--json"))["faults"]
    if faults:
        raise Broken(f"check: {faults}")


_proven = {}


def proven(program, one, _folder):
    """Each of `tests`, "program:Suite.Name", is built beside the program, runs and passes."""
    for name in one["tests"]:
        binary, _, test = name.partition(":")
        if name not in _proven:
            _proven[name] = _one_test(program, binary, test)
        if isinstance(_proven[name], Skipped):
            raise _proven[name]
        if _proven[name]:
            raise Broken(_proven[name])


def _one_test(program, binary, test):
    found = [p for top in ("connectors", "core", "tests") for p in (program.path.parent / top).glob(f"*/{binary}")]
    if not found:
        return Skipped(f"{binary} is not built beside the program")
    try:
        done = subprocess.run([str(found[0]), f"--gtest_filter={test}"], capture_output=True, timeout=120,
                              cwd=pathlib.Path(found[0]).parent)
    except subprocess.TimeoutExpired:
        return f"{binary}:{test} hangs"
    out = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        return f"{binary}:{test} fails"
    ran = re.search(r"\[  PASSED  \] (\d+) test", out)
    return "" if ran and int(ran[1]) >= 1 else f"{binary} has no test {test}"
