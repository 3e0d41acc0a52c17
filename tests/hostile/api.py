"""The serving program, attacked over its socket. `wire` sends bytes, `request` one request, `api` runs a function of this
file (`do`) with its words (`with`). After each the program answers within a second and has not grown."""
import concurrent.futures
import json
import re
import socket
import threading
import time

from program import Broken, clean
from site_under_attack import CANARY, the
from values import content

RSS_MB = 150  # issue's bar for the whole program under attack


def _afterwards(site, program):
    site.alive()
    grown = site.rss_mb()
    if grown > RSS_MB and not program.sanitized:
        raise Broken(f"{grown:.0f} MB afterwards, {RSS_MB} allowed")


def wire(program, one, _folder):
    site = the(program)
    bytes_ = content(one["send"], one.get("newlines", "crlf")).replace(b"{host}", f"127.0.0.1:{site.port}".encode())
    out, closed = site.raw(bytes_)
    statuses = [int(s) for s in re.findall(rb"^HTTP/1\.1 (\d{3})", out, re.MULTILINE)]
    if not statuses or statuses[0] not in one["status"]:
        raise Broken(f"answers {statuses or out[:80]!r}, not {one['status']}")
    if one.get("closes", True) and (len(statuses) != 1 or not closed):
        raise Broken(f"answers {statuses} and {'closes' if closed else 'stays open'}")
    if b"<script" in out or b"evil" in out.lower():
        raise Broken("it hands back what it was given")
    _afterwards(site, program)


def _filled(site, text, brand):
    own, foreign = site.things(brand), site.things("two" if brand == "one" else "one")
    for name, number in own.items():
        text = text.replace("{" + name + "}", str(number))
    for name, number in foreign.items():
        text = text.replace("{foreign_" + name + "}", str(number))
    return text


def request(program, one, _folder):
    site = the(program)
    path = _filled(site, one["path"], one.get("brand", "one"))
    body = content(one["body"], "as_is") if "body" in one else None
    if isinstance(one.get("body"), str):
        body = _filled(site, body.decode("utf-8", "surrogateescape"), "one").encode("utf-8", "surrogateescape")
    began = site.cpu_seconds()
    answer = site.ask(one.get("method", "GET"), path, body, one.get("who"), one.get("headers"))
    took = site.cpu_seconds() - began
    if answer.status not in one["status"]:
        raise Broken(f"{answer.status}, not {one['status']}: {answer.body[:200]!r}")
    if took > 1.5 and not program.sanitized:
        raise Broken(f"took {took:.1f} s of CPU")
    text = answer.body.decode(errors="replace")
    for pattern in [*one.get("lacks", []), "SELECT ", "sqlite", r"\.cc\b", CANARY]:
        if re.search(pattern, text):
            raise Broken(f"the answer has {pattern!r}: {text[:200]}")
    if answer.headers.get("content-type", "").endswith("json") and text:
        clean(json.loads(text), "answer")
    _afterwards(site, program)


def run(program, one, _folder):
    site = the(program)
    DOES[one["do"]](site, **one.get("with", {}))
    _afterwards(site, program)


def _find(document, name):
    """The first member of that name, however deep."""
    if isinstance(document, dict):
        if name in document:
            return document[name]
        document = list(document.values())
    if isinstance(document, list):
        for inner in document:
            found = _find(inner, name)
            if found is not None:
                return found
    return None


def _is(answer, *statuses):
    if answer.status not in statuses:
        raise Broken(f"{answer.status}, not {' or '.join(map(str, statuses))}: {answer.body[:200]!r}")
    return answer


def foreign_is_absent(site):
    """Whatever isn't the brand's answers byte for byte like what isn't there at all."""
    own, foreign = site.things("one"), site.things("two")
    paths = [("GET", "threads/{}", "thread", None), ("GET", "threads/{}/notes", "thread", None),
             ("PUT", "threads/{}/owner", "thread", {"owner": "ada"}), ("POST", "threads/{}/close", "thread", {}),
             ("POST", "threads/{}/tags", "thread", {"tag": "x"}), ("GET", "threads/{}/draft", "thread", None),
             ("POST", "threads/{}/answers", "thread", {"text": "hello"}),
             ("PUT", "threads/{}/presence", "thread", {"state": "writing"}),
             ("GET", "customers/{}", "customer", None), ("GET", "customers/{}/timeline", "customer", None),
             ("GET", "customers/{}/export", "customer", None),
             ("GET", "messages/{}", "message", None), ("GET", "messages/{}/raw", "message", None),
             ("GET", "messages/{}/attachments/1", "message", None)]
    for method, path, kind, body in paths:
        # Numbers are handed out for both brands from one row, so one beyond any is absent.
        seen = []
        for number in (foreign[kind], 999_999_999):
            answer = site.ask(method, "/api/v1/brands/one/" + path.format(number), body, "lead")
            seen.append((answer.status, answer.body))
            if CANARY.encode() in answer.body:
                raise Broken(f"{method} {path} shows another brand's words")
        if seen[0] != seen[1] or seen[0][0] != 404:
            raise Broken(f"{method} {path}: foreign {seen[0]}, absent {seen[1]}")
        whole = site.ask(method, "/api/v1/brands/two/" + path.format(foreign[kind]), body, "lead")
        if whole.status != 404:
            raise Broken(f"{method} {path} in a brand of others: {whole.status}")
    merged = site.ask("POST", f"/api/v1/brands/one/customers/{own['customer']}/merge",
                      {"other": foreign["customer"], "reason": "x"}, "lead")
    if merged.status not in (404, 422):
        raise Broken(f"merging over brands: {merged.status} {merged.body[:100]!r}")
    for path in ("inbox?view=everything", "customers", "search?q=lamp", "updates", "export/messages"):
        answer = site.ask("GET", "/api/v1/brands/one/" + path, who="lead")
        if CANARY.encode() in _is(answer, 200).body:
            raise Broken(f"{path} shows another brand's words")


def _stream(site, who, last=None, brand="one"):
    line = socket.create_connection(("127.0.0.1", site.port), timeout=8)
    head = (f"GET /api/v1/events?brand={brand} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: {site.cookies[who]}\r\n" +
            (f"Last-Event-ID: {last}\r\n" if last is not None else "") + "\r\n")
    line.sendall(head.encode())
    return line


def _heard(line, until, seconds=6):
    """What the stream says until `until` was in it, or until it ends."""
    heard, ends = b"", time.monotonic() + seconds
    line.settimeout(0.5)
    while until not in heard and time.monotonic() < ends:
        try:
            piece = line.recv(65536)
        except TimeoutError:
            continue
        if not piece:
            return heard, True
        heard += piece
    return heard, False


def last_event_ids(site):
    for last in ("-1", "9223372036854775808", "abc", "1 OR 1=1", "9007199254740993", "", "1e3"):
        with _stream(site, "ada", last) as line:
            heard, _ = _heard(line, b"\ndata:")
            status = heard[9:12]
            if status == b"400":
                continue
            if status != b"200" or (b"event: resync" not in heard and last != ""):
                raise Broken(f"Last-Event-ID {last!r}: {heard[:200]!r}")
    with _stream(site, "ada", "0", "two") as line:
        heard, _ = _heard(line, b"\r\n\r\n")
        if heard[9:12] not in (b"403", b"404"):
            raise Broken(f"another brand's events: {heard[:100]!r}")


def stream_ends_with_its_door(site):
    """Disabled, or signed out: the open stream is cut within five seconds, and says nothing more."""
    answer = site.ask("POST", "/api/v1/users", {"login": "shortlived", "display_name": "S", "password": "vowel kettle brim ox!",
                                                "email": "s@one.test"}, "boss")
    user = _is(answer, 200, 201).json()["id"]
    _is(site.ask("PUT", f"/api/v1/brands/one/members/{user}", {"role": "agent"}, "boss"), 200, 204)
    came = _is(site.ask("POST", "/api/v1/session", {"login": "shortlived", "password": "vowel kettle brim ox!"}), 200)
    site.cookies["shortlived"] = came.headers["set-cookie"].partition(";")[0]
    with _stream(site, "shortlived") as line:
        heard, _ = _heard(line, b"event: hello")
        if b"event: hello" not in heard:
            raise Broken(f"no stream: {heard[:200]!r}")
        began = time.monotonic()
        _is(site.ask("PATCH", f"/api/v1/users/{user}", {"disabled": True}, "boss"), 200, 204)
        _, ended = _heard(line, b"\0never", 7)
        if not ended or time.monotonic() - began > 5:
            raise Broken(f"still open after {time.monotonic() - began:.1f} s")
    _is(site.ask("GET", "/api/v1/me", who="shortlived"), 401)


def idempotency(site):
    thread = site.things("one")["thread"]
    path = f"/api/v1/brands/one/threads/{thread}/notes"
    key = {"Idempotency-Key": "k-" + str(time.monotonic_ns())}
    first = _is(site.ask("POST", path, {"text": "once"}, "ada", key), 200, 201)
    again = site.ask("POST", path, {"text": "once"}, "ada", key)
    if (again.status, again.body) != (first.status, first.body):
        raise Broken(f"the same key answers {again.status} {again.body[:100]!r}")
    _is(site.ask("POST", path, {"text": "other"}, "ada", key), 422)
    _is(site.ask("POST", path, {"text": "once"}, "lead", key), 200, 201)
    written = [note["author"] for note in site.ask("GET", path, who="ada").json()["items"] if note["text"] == "once"]
    if sorted(written) != ["ada", "lead"]:
        raise Broken(f"the same key of two users wrote notes of {written}")
    _is(site.ask("POST", path, {"text": "long"}, "ada", {"Idempotency-Key": "k" * 256}), 422)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        key = {"Idempotency-Key": "storm-" + str(time.monotonic_ns())}
        answers = list(pool.map(lambda _: site.ask("POST", path, {"text": "storm"}, "ada", key).status, range(32)))
    if not set(answers) <= {200, 201, 409}:
        raise Broken(f"at once: {sorted(set(answers))}")
    notes = site.ask("GET", path, who="ada").json()["items"]
    if sum(note["text"] == "storm" for note in notes) != 1:
        raise Broken("the same request had its effect more than once")


def cursors(site):
    path = "/api/v1/brands/one/inbox?view=everything&limit=2"
    given = _is(site.ask("GET", path, who="ada"), 200).json()["next"]
    if not given:
        raise Broken("one page only: nothing is tried")
    for spoilt in (given[:-1] + ("b" if given[-1] != "b" else "c"), given[1:], "x", "a" * 5000, given.upper()):
        _is(site.ask("GET", f"{path}&cursor={spoilt}", who="ada"), 400, 414, 422)
    _is(site.ask("GET", f"{path}&cursor={given}", who="lead"), 400, 422)
    _is(site.ask("GET", f"/api/v1/brands/one/customers?limit=2&cursor={given}", who="ada"), 400, 422)
    _is(site.ask("GET", f"{path}&cursor={given}", who="ada"), 200)


def two_answers_at_once(site):
    """Two who saw the same thread: one answer goes, the other is told what came between. A double click sends once."""
    thread = site.things("one")["thread"]
    base = f"/api/v1/brands/one/threads/{thread}"
    version = _find(_is(site.ask("GET", base, who="ada"), 200).json(), "version")
    body = {"text": "I am sorry about the lamp.", "seen_version": version}
    answer = site.ask("POST", base + "/answers", body, "ada", {"Idempotency-Key": "double-" + str(version)})
    if answer.status == 422:  # no account can send here: then nothing leaves at all
        _is(site.ask("GET", "/api/v1/brands/one/updates", who="ada"), 200)
        return
    _is(answer, 200, 201, 202)
    again = site.ask("POST", base + "/answers", body, "ada", {"Idempotency-Key": "double-" + str(version)})
    if again.body != answer.body:
        raise Broken("a double click answers differently")
    _is(site.ask("POST", base + "/answers", body, "lead"), 409)


def csv_cells(site):
    answer = _is(site.ask("GET", "/api/v1/brands/one/export/messages?format=csv", who="lead"), 200)
    text = answer.body.decode()
    if "HYPERLINK" not in text:
        raise Broken("the cell isn't there: nothing is tried")
    for cell in re.findall(r'(?:^|,)"?([=+\-@\t\r][^,"]*)', text, re.MULTILINE):
        raise Broken(f"a cell begins with {cell[:20]!r}")


def attachments(site):
    """Whatever a file calls itself: bytes to keep, never a page of ours."""
    rows = site.ask("GET", "/api/v1/brands/one/inbox?view=everything&limit=100", who="ada").json()["items"]
    tried = 0
    for row in rows:
        path = f"/api/v1/brands/one/messages/{row['last_message']}"
        for held in _find(_is(site.ask("GET", path, who="ada"), 200).json(), "attachments"):
            answer = _is(site.ask("GET", f"{path}/attachments/{held['part']}", who="ada"), 200)
            tried += 1
            kind, where = answer.headers["content-type"], answer.headers["content-disposition"]
            if kind not in ("application/octet-stream", "image/png", "image/gif", "image/jpeg", "image/webp"):
                raise Broken(f"{held['filename']!r} comes as {kind}")
            if not where.startswith("attachment") and kind == "application/octet-stream":
                raise Broken(f"{held['filename']!r} is shown: {where}")
            if "sandbox" not in answer.headers["content-security-policy"] or \
                    answer.headers["x-content-type-options"] != "nosniff":
                raise Broken(f"{held['filename']!r} isn't locked in: {answer.headers}")
            if re.search(r"\.\./|\u202e|[\r\n\0]", where) or "%E2%80%AE" in where:
                raise Broken(f"the name isn't safe: {where}")
    if tried < 5:
        raise Broken(f"only {tried} attachments: nothing is tried")


def slow_headers(site, clients):
    """Clients that never end their header hold nobody up."""
    def waits():
        took = []
        for _ in range(50):
            began = time.monotonic()
            _is(site.ask("GET", "/livez"), 200)
            took.append(time.monotonic() - began)
        return sorted(took)[-2]

    lines, alone = [], waits()
    try:
        for _ in range(clients):
            line = socket.create_connection(("127.0.0.1", site.port), timeout=5)
            line.sendall(b"GET / HTTP/1.1\r\nX-")
            lines.append(line)
        beside = waits()
        if beside > max(0.2, 4 * alone) and not site.program.sanitized:
            raise Broken(f"others wait {beside * 1000:.0f} ms, without them {alone * 1000:.0f} ms")
    except (ConnectionResetError, BrokenPipeError):
        pass  # too many from one address are turned away
    finally:
        for line in lines:
            line.close()


def flood(site, seconds):
    """Far more than one address may ask: it is told to wait, and the program stays."""
    seen, stop = set(), time.monotonic() + seconds
    lock = threading.Lock()

    def client():
        one = (f"GET /livez HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n\r\n" * 50).encode()
        mine = set()
        while time.monotonic() < stop:
            try:
                with socket.create_connection(("127.0.0.1", site.port), timeout=2) as line:
                    line.sendall(one)
                    line.settimeout(1)
                    mine.update(re.findall(rb"HTTP/1\.1 (\d{3})", line.recv(65536)))
            except OSError:
                continue
        with lock:
            seen.update(mine)

    threads = [threading.Thread(target=client) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if not seen <= {b"200", b"429", b"503"} or b"429" not in seen:
        raise Broken(f"answers {sorted(seen)}")
    time.sleep(3)  # the flood's own time to wait


def forged_peers(site):
    """What a client says of itself is nothing we believe, nor a page."""
    headers = {"X-Forwarded-For": "10.9.8.7", "X-Remote-User": "boss", "CF-Connecting-IP": "<script>alert(1)</script>",
               "X-Forwarded-Host": "evil.test", "Forwarded": "for=10.9.8.7"}
    _is(site.ask("GET", "/api/v1/me", headers=headers), 401)
    _is(site.ask("POST", "/api/v1/session", {"login": "ada", "password": "wrong wrong wrong"}, headers=headers), 401)
    _is(site.ask("GET", "/api/v1/me", who="ada", headers=headers), 200)
    record = _is(site.ask("GET", "/api/v1/audit?limit=200", who="boss"), 200).body.decode()
    sessions = _is(site.ask("GET", "/api/v1/me/sessions", who="ada"), 200).body.decode()
    for word in ("10.9.8.7", "<script", "evil.test"):
        if word in record or word in sessions:
            raise Broken(f"the record believes {word}")


def methods_change_nothing(site):
    """A GET changes nothing, and no header turns it into something else."""
    thread = site.things("one")["thread"]
    path = f"/api/v1/brands/one/threads/{thread}"
    before = _find(site.ask("GET", path, who="ada").json(), "version")
    for method in ("GET", "HEAD", "OPTIONS"):
        site.ask(method, path + "/close", who="ada", headers={"X-HTTP-Method-Override": "POST"})
    _is(site.ask("GET", path, who="ada", headers={"X-HTTP-Method-Override": "DELETE"}), 200)
    after = site.ask("GET", path, who="ada").json()
    if _find(after, "version") != before or _find(after, "status") == "closed":
        raise Broken("a GET changed the thread")


def webhook_targets(site, urls):
    for url in urls:
        answer = site.ask("POST", "/api/v1/brands/two/webhooks", {"url": url}, "bob")
        if answer.status != 422:
            raise Broken(f"{url!r}: {answer.status} {answer.body[:100]!r}")


DOES = {f.__name__: f for f in (foreign_is_absent, last_event_ids, stream_ends_with_its_door, idempotency, cursors,
                                two_answers_at_once, csv_cells, attachments, slow_headers, flood, forged_peers,
                                methods_change_nothing, webhook_targets)}
