"""What goes in, from its description, and what is said of what comes out."""
import base64
import io
import re
import zipfile

from program import Broken


def unescaped(text):
    """\\xNN, \\r, \\n, \\t and \\\\ in a text of a .toml file; everything else is itself, as UTF-8."""
    simple = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}
    return re.sub(rb"\\(x[0-9a-fA-F]{2}|[rnt\\])",
                  lambda m: bytes([int(m[1][1:], 16)]) if m[1].startswith(b"x") else simple[m[1]], text.encode())


def _nested(kind, depth):
    if kind == "multipart":
        head = [b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"]
        for level in range(1, depth):
            head.append(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level))
        return b"".join(head) + b"--b%d\r\nContent-Type: text/plain\r\n\r\ndeep\r\n--b%d--\r\n" % (depth - 1, depth - 1)
    if kind == "rfc822":
        return b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: innermost\r\n\r\ndeep\r\n"
    raise ValueError(kind)


def _zip(size):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * size)
    return base64.encodebytes(packed.getvalue())


def _generated(given):
    if "repeat" in given:
        return unescaped(given["repeat"]) * given["times"]
    if "numbered" in given:
        before, after = unescaped(given["numbered"]).split(b"{}")
        return b"".join(b"%b%d%b" % (before, n, after) for n in range(given["times"]))
    if "nest" in given:
        return _nested(given["nest"], given["depth"])
    if "zip_of_zeros" in given:
        return _zip(given["zip_of_zeros"])
    if "base64" in given:
        return base64.encodebytes(unescaped(given["base64"]))
    raise ValueError(given)


def content(described, newlines="crlf"):
    """The bytes: a text, or a list of texts and generators. Line ends of texts become CRLF unless `newlines` is "as_is"."""
    out = []
    for piece in described if isinstance(described, list) else [described]:
        if isinstance(piece, dict):
            out.append(_generated(piece))
        else:
            out.append(unescaped(piece.replace("\n", "\r\n") if newlines == "crlf" else piece))
    return b"".join(out)


MISSING = object()


def at(document, path):
    """The value at a dotted path: numbers index lists, # is a length. MISSING when there is none."""
    for word in path.split("."):
        if word == "#":
            document = len(document)
        elif isinstance(document, list):
            document = document[int(word)] if int(word) < len(document) else MISSING
        else:
            document = document.get(word, MISSING) if isinstance(document, dict) else MISSING
        if document is MISSING:
            return MISSING
    return document


def hold(document, claims):
    """Every claim [path, word, value]: is, is not, same as, differs from, contains, lacks, matches, absent, at most."""
    for path, word, *value in claims:
        found = at(document, path)
        wanted = value[0] if value else None
        if word == "absent":
            good = found in (MISSING, None, [], "")
        elif found is MISSING:
            good = False
        elif word == "is":
            good = found == wanted
        elif word == "is not":
            good = found != wanted
        elif word == "same as":
            good = found == at(document, wanted)
        elif word == "differs from":
            good = found != at(document, wanted)
        elif word == "contains":
            good = found is not None and (wanted in found if isinstance(found, (list, str)) else False)
        elif word == "lacks":
            good = found is None or wanted not in found
        elif word == "matches":
            good = isinstance(found, str) and re.search(wanted, found) is not None
        elif word == "at most":
            good = found <= wanted
        elif word == "at least":
            good = found >= wanted
        else:
            raise ValueError(word)
        if not good:
            shown = "missing" if found is MISSING else repr(found)
            raise Broken(f"{path} {word} {wanted if value else ''} fails: {shown[:200]}")
