"""The ciphers under everything here behave as Project Wycheproof's published vectors say (Apache-2.0)."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idexx_desktop.vault.computer import Computer, ComputerKind
from idexx_desktop.vault.encoding import to_text
from idexx_desktop.vault.signing import verify


def vectors(name: str) -> list[dict[str, Any]]:
    """The tests of one file, each with its bytes as hexadecimal digits; source and licence lie in the file."""
    document = json.loads((Path(__file__).with_name(name)).read_text("utf-8"))
    assert document["licence"] == "Apache-2.0"
    tests: list[dict[str, Any]] = document["tests"]
    return tests


def test_aes_gcm_vectors_that_fit_all_behave() -> None:
    results: Counter[str] = Counter()
    for vector in vectors("aes_gcm_vectors.json"):
        key, nonce, aad, text, body, tag = (
            bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
        )
        assert (len(key), len(nonce), len(tag)) == (32, 12, 16)
        if vector["result"] == "valid":
            assert AESGCM(key).encrypt(nonce, text, aad) == body + tag, vector["tcId"]
            assert AESGCM(key).decrypt(nonce, body + tag, aad) == text, vector["tcId"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, body + tag, aad)
        results[vector["result"]] += 1
    assert sum(results.values()) == 66
    assert results["invalid"] >= 20


def test_ed25519_vectors_all_behave() -> None:
    results: Counter[str] = Counter()
    for vector in vectors("ed25519_vectors.json"):
        key, data, signature = (bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig"))
        accepted = verify(to_text(key), data, to_text(signature))
        assert accepted == (vector["result"] == "valid"), vector["tcId"]
        results[vector["result"]] += 1
    assert results == {"valid": 88, "invalid": 63}


def test_x25519_agrees_and_refuses_what_yields_nothing_secret() -> None:
    refused = 0
    for vector in vectors("x25519_vectors.json"):
        private, public, shared = (bytes.fromhex(vector[name]) for name in ("private", "public", "shared"))
        computer = Computer.from_seeds("Front Desk", ComputerKind.COMPUTER, private, bytes(32))
        if vector["zero"]:
            with pytest.raises(ValueError):  # noqa: PT011 - the library's own
                computer.shared_secret(public)
            refused += 1
        else:
            assert computer.shared_secret(public) == shared, vector["tcId"]
    assert refused >= 20
