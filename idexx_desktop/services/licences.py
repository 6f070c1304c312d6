"""Whose software is in this program, under which terms, and the texts of those.

The texts are those that each package brings along; what packages lack is kept in resources/licences. A bundle has
both in it, because it is made by this list (build.spec).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PROGRAM = "idexx-desktop"
PYTHON, SYSTEM = "python", "system"
_TEXT = re.compile(r"licen[cs]e|copying|copyright|notice", re.IGNORECASE)
_CODE = {".py", ".pyc", ".pyi", ".so", ".pyd", ".dll", ".js", ".svg"}
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)\s*(?:\[(?P<extras>[^]]*)\])?")
_EXTRA = re.compile(r"""extra\s*==\s*["'](?P<extra>[^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Licence:
    """One package, or what a resource of ours is; `texts` are files, the package's own first."""

    name: str
    version: str
    terms: str
    texts: tuple[Path, ...]

    def read(self) -> str:
        """All its texts, each under its file's name. OSError where one can't be read."""
        parts = (f"{path.name}\n\n{path.read_text('utf-8', 'replace').strip()}\n" for path in self.texts)
        return "\n\n".join(parts)


def licences(resources: Path) -> list[Licence]:
    """Everything that this program consists of, by name; `resources` is the folder of fonts, icons and texts."""
    kept = resources / "licences"
    found = [_of_distribution(each, kept) for each in distributions()]
    # of the computer that a bundle was made on
    found += [Licence(text.stem, "", "", (text,)) for text in _files(kept / SYSTEM)]
    found.append(Licence("Python", "", "PSF-2.0", tuple(_files(kept / PYTHON))))
    found.append(Licence("Inter", "", "OFL-1.1", (resources / "fonts" / "Inter-LICENSE.txt",)))
    found.append(Licence("Lucide", "", "ISC", (resources / "icons" / "Lucide-LICENSE.txt",)))
    return sorted(found, key=lambda licence: licence.name.casefold())


def distributions() -> list[metadata.Distribution]:
    """This program and every package that it needs here, directly or not; none of the developers' tools."""
    found: dict[str, metadata.Distribution] = {}
    wanted = [(PROGRAM, frozenset[str]())]
    seen = set()
    while wanted:
        name, extras = wanted.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # of another system, or another Python
            continue
        wanted.extend(_required(found[name].requires or [], extras))
    return list(found.values())


def _required(requirements: list[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for requirement in requirements:
        wanted, _, marker = requirement.partition(";")
        asked_for = {found["extra"] for found in _EXTRA.finditer(marker)}
        parts = _REQUIREMENT.match(wanted)
        if parts is not None and (not asked_for or asked_for & extras):
            chosen = frozenset(extra.strip() for extra in (parts["extras"] or "").split(",") if extra.strip())
            yield normal_name(parts["name"]), chosen


def bundle_files(resources: Path) -> list[tuple[Path, str]]:
    """What a bundle needs so that `licences` finds the same in it: each file, and the folder that it goes into.

    ValueError where a package comes without a text: that one may not be passed on.
    """
    lacking = [licence.name for licence in licences(resources) if not licence.texts]
    if lacking:
        raise ValueError(f"no licence text: {', '.join(lacking)}; see resources/licences/ABOUT.txt")
    return [
        (Path(str(file.locate())), str(file.parent))
        for distribution in distributions()
        for file in distribution.files or ()
        if _is_text(Path(str(file))) or file.match("*.dist-info/METADATA") or file.match("*.dist-info/RECORD")
    ]


def normal_name(name: str) -> str:
    """As package indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _of_distribution(distribution: metadata.Distribution, kept: Path) -> Licence:
    own = (Path(str(file.locate())) for file in distribution.files or () if _is_text(Path(str(file))))
    texts = [path for path in own if path.is_file()]
    name = distribution.metadata["Name"]
    return Licence(
        name, distribution.version, _terms(distribution), (*texts, *_files(kept / normal_name(name)))
    )


def _is_text(path: Path) -> bool:
    return bool(_TEXT.search(path.name)) and path.suffix not in _CODE


def _terms(distribution: metadata.Distribution) -> str:
    about = distribution.metadata
    stated = next(iter([*(about.get_all("License-Expression") or ()), *(about.get_all("License") or ())]), "")
    named = [kind.rpartition(" :: ")[2] for kind in about.get_all("Classifier") or () if "License ::" in kind]
    # some put the whole text there
    return stated if stated and "\n" not in stated and len(stated) < 80 else ", ".join(named)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.txt"))
