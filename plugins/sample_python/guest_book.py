#!/usr/bin/python3
"""A channel of its own in sixty lines: the guest book of a small hotel. plugins/README.md has the words of the protocol."""
import json
import sys
from urllib.parse import quote

HELLO = {
    "protocol": 1, "name": "guest_book_py", "title": "Guest book (Python)", "visibility": "public",
    "settings": [{"key": "server", "kind": "url", "required": True, "label": "Address", "help": "https://book.example.org"},
                 {"key": "token", "kind": "secret", "label": "Token", "help": "from the owner's page"}],
    "setup": ["Open the owner's page of your guest book and copy the token."],
    "can": {"pull": True, "send": True, "check": True, "public_reply": True},
    "send_class": "keyed", "limits": {"text": 500, "unit": "graphemes"}, "poll": 60,
}
settings = {}
asked = 0


def say(frame):
    print(json.dumps(frame), flush=True)


def http(method, path, body=None, headers=None):
    """The hub makes the request; this program has no network."""
    global asked
    asked += 1
    say({"http": asked, "method": method, "url": settings["server"].rstrip("/") + path, "repeatable": True,
         "headers": {"Authorization": "Bearer " + settings.get("token", ""), **(headers or {})}, "body": body or ""})
    answer = json.loads(sys.stdin.readline())
    if answer.get("status") == 429:
        raise Failed("rate_limited", "the guest book asks us to wait", int(answer["headers"].get("retry-after", 60)))
    if answer.get("status") in (401, 403):
        raise Failed("unauthorized", "the guest book doesn't know this token")
    if answer.get("status") not in (200, 201):
        raise Failed("unavailable", answer.get("error") or f"the guest book answers {answer['status']}")
    return json.loads(answer["body"])


class Failed(Exception):
    pass


def entry(e):
    return {"id": e["id"], "kind": "review", "text": e["text"], "rating": e.get("stars"), "at": e["at"],
            "deleted": e.get("deleted", False), "version": e.get("version", ""),
            "author": {"name": e["name"], "handle": e.get("guest", ""), "verified": True}}


def pull(cursor):
    page = http("GET", "/entries?after=" + quote(cursor))
    return {"items": [entry(e) for e in page["entries"]], "cursor": page["next"], "more": page["more"]}


def send(key, post):
    body = json.dumps({"entry": post["answers"], "text": post["text"]})
    return {"id": http("POST", "/replies", body, {"Idempotency-Key": key, "Content-Type": "application/json"})["id"]}


CALLS = {"hello": lambda f: HELLO, "open": lambda f: settings.update(f["settings"]) or {}, "pull": lambda f: pull(f["cursor"]),
         "send": lambda f: send(f["key"], f["post"]), "check": lambda f: {"remote_count": http("GET", "/count")["count"]}}
for line in sys.stdin:
    frame = json.loads(line)
    try:
        say({"id": frame["id"], "result": CALLS[frame["call"]](frame)})
    except Failed as why:
        say({"id": frame["id"], "error": dict(zip(("kind", "what", "retry_after"), why.args))})
