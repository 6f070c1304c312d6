"""The reference strategy: what existing integrations do. A process of its own.

`python -m tests.bench._reference ADDRESS DATABASE` reads the `Wanted` from standard input as JSON, and prints its
requests and seconds. It signs in with a browser each time, works two consultations at a time, loads the site's page
before it asks for a consultation's data, waits 200 ms after each, and writes each record by a statement of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from playwright.async_api import async_playwright
from psycopg.types.json import Jsonb

from idexx_desktop.neo.browser import candidates
from tests.bench._site import HEADERS, LOGIN_FORM, Wanted

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Playwright

AT_A_TIME = 2
PAUSE_SECONDS = 0.2
_TABLE = (
    "CREATE TABLE IF NOT EXISTS reference_records (path text PRIMARY KEY, content jsonb, read_at timestamptz)"
)
_WRITE = """
    INSERT INTO reference_records VALUES (%s, %s, now())
    ON CONFLICT (path) DO UPDATE SET content = EXCLUDED.content, read_at = EXCLUDED.read_at
"""


async def reference(url: str, wanted: Wanted, database: str) -> tuple[int, float]:
    """Read and keep everything; requests and seconds, from the start of the browser's driver on."""
    started = time.monotonic()
    asked = 0

    def count(_: object) -> None:
        nonlocal asked
        asked += 1

    async with (
        async_playwright() as playwright,
        await _any_browser(playwright) as browser,
        await psycopg.AsyncConnection.connect(database, autocommit=True) as connection,
    ):
        await connection.execute(_TABLE)
        context = await browser.new_context(base_url=url)
        context.on("request", count)
        await _sign_in(await context.new_page())
        for path in wanted.lists:
            await _data(context, path)
            asked += 1
        waiting = iter(wanted.consultations)

        async def work() -> None:
            nonlocal asked
            page = await context.new_page()
            for path in waiting:
                await page.goto(path)
                content = await _data(context, f"{path}/page-data")
                asked += 1
                await connection.execute(_WRITE, (path, Jsonb(content)))
                await asyncio.sleep(PAUSE_SECONDS)

        await asyncio.gather(*(work() for _ in range(AT_A_TIME)))
    return asked, time.monotonic() - started


async def _any_browser(playwright: Playwright) -> Browser:
    """The browser that the program would take, as it comes: nothing stands between it and the network."""
    found = candidates(None, playwright.chromium.executable_path)
    path = next(each.path for each in found if Path(each.path).is_file())
    return await playwright.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0)


async def _sign_in(page: Page) -> None:
    await page.goto("/login")
    for name, value in LOGIN_FORM.items():
        await page.fill(f'[name="{name}"]', value)
    await page.press('[name="password"]', "Enter")
    await page.wait_for_url("**/dashboard")


async def _data(context: BrowserContext, path: str) -> object:
    answer = await context.request.get(path, headers=HEADERS)
    if not answer.ok:
        raise AssertionError(f"{path}: {answer.status}")
    return await answer.json()


if __name__ == "__main__":
    everything = Wanted.from_text(sys.stdin.read())
    figures = asyncio.run(reference(sys.argv[1], everything, sys.argv[2]))
    print(json.dumps(figures))
