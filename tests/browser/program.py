"""The program under test, as a cleaner."""
import asyncio
import os
import pathlib
import sys

AT_ONCE = 4


class Cleaner:
    def __init__(self, path):
        self._path = pathlib.Path(path).resolve()
        if not os.access(self._path, os.X_OK):
            sys.exit(f"{path} is no program")

    async def clean(self, page):
        process = await asyncio.create_subprocess_exec(
            str(self._path), "inspect", "html", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE)
        out, err = await asyncio.wait_for(process.communicate(page), 60)
        if process.returncode != 0:
            sys.exit(f"amends inspect html: exit {process.returncode} of {page[:200]!r}: {err.decode(errors='replace')}")
        return out.decode().removesuffix("\n")

    async def clean_all(self, pages):
        free = asyncio.Semaphore(AT_ONCE)

        async def one(page):
            async with free:
                return await self.clean(page)

        return await asyncio.gather(*map(one, pages))
