#!/usr/bin/env python3
"""Does every source file stand by itself? tests/alone.py COMPILE_COMMANDS BUILT JOBS

Unity builds compile a folder as one file, where a missing #include goes unseen. This checks the syntax of each file with
its own command of COMPILE_COMMANDS (configured without unity, never built) and the generated files of BUILT, the build
folder of the same preset."""
import concurrent.futures
import json
import pathlib
import shlex
import subprocess
import sys


def syntax_only(entry, configured, built):
    words = shlex.split(entry["command"].replace(configured, built))
    if pathlib.Path(words[0]).name == "ccache":
        words = words[1:]
    kept, skip = [], False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT"):
            skip = True
        elif word not in ("-c", "-MD"):
            kept.append(word)
    return kept + ["-fsyntax-only"]


def main():
    commands, built, jobs = pathlib.Path(sys.argv[1]).resolve(), str(pathlib.Path(sys.argv[2]).resolve()), int(sys.argv[3])
    configured = str(commands.parent)
    entries = [entry for entry in json.loads(commands.read_text()) if not entry["file"].startswith(configured)]

    def check(entry):
        done = subprocess.run(syntax_only(entry, configured, built), cwd=built, capture_output=True, text=True)
        return entry["file"], done.returncode, done.stderr

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for number, (file, status, said) in enumerate(pool.map(check, entries), 1):
            if status != 0:
                failed += 1
                print(f"{file} does not stand by itself:\n{said[-2000:]}", flush=True)
            elif number % 100 == 0:
                print(f"  {number} of {len(entries)} files", flush=True)
    print(f"{len(entries) - failed} passed, {failed} failed")
    return 1 if failed or not entries else 0


sys.exit(main())
