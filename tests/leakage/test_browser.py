"""The browser writes nothing down: no trace, no recording, no picture; and no file ever holds the password."""

from __future__ import annotations

import ast
import asyncio
import random
import tempfile
from pathlib import Path

import pytest

import idexx_desktop.neo
from idexx_desktop.domain.clock import SystemClock
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.neo.session import NeoSession
from idexx_desktop.neo.site import NeoOptions
from tests.neo.support import ZONE, Canned, OddSite, form
from tests.support.canaries import found_in

PASSWORD, COOKIE = "canary-pässword/17", "canary-cookie-0123456789"
# what Playwright offers to write down
_RECORDING = {
    "tracing", "screenshot", "pdf", "video", "record_har_path", "record_video_dir", "record_har_content",
    "traces_dir", "downloads_path", "route_from_har", "storage_state_path", "save_as", "start_tracing",
}  # fmt: skip


def test_no_recording_of_playwrights_is_used_anywhere() -> None:
    for path in Path(idexx_desktop.neo.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
        assert used & _RECORDING == set(), path


def test_while_and_after_a_sign_in_no_file_holds_password_or_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[Path]] = []
    with OddSite() as site, tempfile.TemporaryDirectory(prefix="neo-") as name:
        folder = Path(name)
        for variable in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            monkeypatch.setenv(variable, name)
        # the browser itself is found in the real cache
        monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(browsers()))

        def look(answer: Canned) -> Canned:
            seen.append([hit for secret in (PASSWORD, COOKIE) for hit in found_in(secret, [folder])])
            return answer

        cookie = {"Set-Cookie": f"neo={COOKIE}; Path=/"}
        site.answers["GET /login"] = lambda: look(form())
        site.answers["POST /login"] = lambda: look(
            Canned(status=302, headers={"Location": "/home", **cookie})
        )
        site.answers["GET /home"] = lambda: look(Canned("<h1>Welcome</h1>"))
        site.answers["GET /users"] = lambda: look(Canned('{"name": "Oak"}'))

        async def run() -> str:
            options = NeoOptions(site.url, ZONE, requests_per_second=0)
            async with NeoSession(options, SystemClock(), random.Random(7)) as session:  # noqa: S311 - jitter
                assert (await session.sign_in(NeoLogin("", "ana", PASSWORD))).display_name == "Oak"
                seen.append(found_in(PASSWORD, [folder]) + found_in(COOKIE, [folder]))
                return session.cookies()

        assert COOKIE in asyncio.run(run())
        assert len(seen) == 5
        assert [hits for hits in seen if hits] == []
        kinds = {path.suffix for path in folder.rglob("*") if path.is_file()}
        assert kinds & {".zip", ".har", ".webm", ".png", ".jpeg", ".pdf", ".trace"} == set()
        # and a leak would be found
        (folder / "leak").write_text(PASSWORD, encoding="utf-16-le")
        assert found_in(PASSWORD, [folder]) == [folder / "leak"]


def browsers() -> Path:
    """Where Playwright keeps its own browsers on this computer."""
    import os

    return Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
