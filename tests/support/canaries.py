"""Looking for a secret where it must not be, in every form in which it could lie there."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterable
from pathlib import Path


def forms_of(secret: str) -> set[bytes]:
    """The secret as it is, and as encoders write it."""
    raw = secret.encode()
    forms = {raw, secret.encode("utf-16-le"), secret.encode("utf-16-be"), raw.hex().encode()}
    forms |= {urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode()}
    forms |= {json.dumps(secret)[1:-1].encode(), repr(secret)[1:-1].encode()}
    for shift in range(3):
        # inside of a longer text base64 starts anywhere in a group of three bytes
        whole = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = whole[(0, 2, 3)[shift] : len(whole) - 1]
        forms |= {inner.encode(), inner.replace("+", "-").replace("/", "_").encode()}
    return forms


def found_in(secret: str, folders: Iterable[Path]) -> list[Path]:
    """The files that hold it."""
    forms = forms_of(secret)
    hits = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                if any(form in content for form in forms):
                    hits.append(path)
    return hits
