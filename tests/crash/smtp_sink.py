#!/usr/bin/env python3
"""A mail server that only counts: it accepts what a submission client sends and appends one line a delivery and
recipient, "Message-ID<TAB>recipient<TAB>sha256 of the bytes", to a log. The line is on disk before the 250 leaves.

    smtp_sink.py LOG [--port-file FILE]

Listens on a free loopback port and writes it to the port file. Anybody may log in."""
import argparse
import base64
import hashlib
import os
import re
import socketserver
import threading


class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def handle(self):
        try:
            self.converse()
        except (ConnectionError, ValueError, OSError):
            pass

    def converse(self):
        self.say("220 sink.test ESMTP")
        recipients = []
        while True:
            line = self.rfile.readline(4096)
            if not line:
                return
            words = line.decode("latin-1").strip()
            verb = words.split(" ")[0].upper()
            if verb == "EHLO":
                self.say("250-sink.test")
                self.say("250-AUTH PLAIN LOGIN")
                self.say("250-SIZE 52428800")
                self.say("250 8BITMIME")
            elif verb == "HELO":
                self.say("250 sink.test")
            elif verb == "AUTH":
                if len(words.split(" ")) < 3:
                    self.say("334 ")
                    self.rfile.readline(4096)
                    if "LOGIN" in words.upper():
                        self.say("334 " + base64.b64encode(b"Password:").decode())
                        self.rfile.readline(4096)
                self.say("235 2.7.0 welcome")
            elif verb == "MAIL":
                recipients = []
                self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                recipients.append(re.search(r"<([^>]*)>", words).group(1))
                self.say("250 2.1.5 ok")
            elif verb == "DATA":
                self.say("354 go on")
                body = bytearray()
                while True:
                    data = self.rfile.readline(1 << 20)
                    if not data:
                        return  # cut before the dot: nothing was accepted
                    if data == b".\r\n":
                        break
                    body += data[1:] if data.startswith(b".") else data
                self.record(bytes(body), recipients)
                self.say("250 2.0.0 queued")
            elif verb == "RSET" or verb == "NOOP":
                self.say("250 ok")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("502 5.5.1 not here")

    def record(self, body, recipients):
        found = re.search(rb"^message-id:\s*<([^>]+)>", body, re.I | re.M)
        name = found.group(1).decode("latin-1") if found else "-"
        digest = hashlib.sha256(body).hexdigest()
        with self.server.lock, open(self.server.log, "a") as log:
            for recipient in recipients:
                log.write(f"{name}\t{recipient}\t{digest}\n")
            log.flush()
            os.fsync(log.fileno())


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("log")
    arguments.add_argument("--port-file", required=True)
    given = arguments.parse_args()
    with Sink(("127.0.0.1", 0), Session) as server:
        server.log = given.log
        server.lock = threading.Lock()
        with open(given.port_file + ".new", "w") as out:
            out.write(str(server.server_address[1]))
        os.rename(given.port_file + ".new", given.port_file)
        server.serve_forever(poll_interval=0.2)


if __name__ == "__main__":
    main()
