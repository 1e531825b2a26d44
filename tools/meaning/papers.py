"""The labelled papers of `tests/quality`, cut into windows exactly as the product cuts what it reads."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from inspection.detection.meaning import FOLD, PHRASE_CHARS, cut, windows
from inspection.detection.normalise import normalised
from inspection.rules.detectors import load_detectors
from quality.tokens import MAKERS

QUALITY = Path(__file__).parents[2] / "tests" / "quality"
SLOT = re.compile(r"\{([a-z0-9]+?)(\d?)\}")
UNFIT = re.compile("[\ue000\t\n\r\\\\]")  # of nobody, or what parts the columns of the model's own file
PLAIN = re.compile("[0a ]*")  # digits, letters and blanks alone stand in every text
NOBODY = "\ue000"
"""Stands for names, addresses and firms, so that no phrase is made of them."""
HIDDEN = {"name", "maskedname", "addr", "company", "email", "govmail", "user", "password", "apikey"}
OLDER = "templates-"
TEMPLATES = frozenset({f"{OLDER}open", f"{OLDER}sealed"})
"""Hands that knew the rules' texts: learned from, but not counted among the authors."""
TOPICS = {
    "WHISTLE": "TOP-WHISTLE", "PROC-PRICE": "TOP-PROC-PRICE", "PROC-BIDDER": "TOP-PROC-BIDDER", "EXAM": "TOP-EXAM",
    "HR": "TOP-HR", "CRIM": "TOP-CRIM", "WANTED": "TOP-WANTED", "BORDER": "TOP-BORDER", "HOUSEHOLD": "TOP-HOUSEHOLD",
    "KOUKA": "TOP-KOUKA", "VEHREG": "TOP-VEHREG", "LABOR": "TOP-LABOR", "MEDICAL": "TOP-MEDICAL",
    "MTG": "TOP-SECRET-MTG", "DRAFT": "TOP-SECRET-MTG", "SECPLAN": "TOP-SECURITY-PLAN", "PASSWORD": "SEC-PASSWORD",
    "CIPHER": "TOP-CIPHER", "PII": "TOP-PERSONAL",
}  # fmt: skip
"""What the brief calls a matter, and the detector whose name, ground and remedies a hit takes."""


@dataclass(frozen=True)
class Labelled:
    """One paper: its author, what it is, and its lines as a file would give them."""

    author: str
    id: str
    form: str
    sensitive: bool
    trap: bool
    topics: frozenset[str]
    name: str
    lines: tuple[str, ...]
    folder: str = ""

    def windows(self, window_chars: int) -> list[set[str]]:
        """Per window the phrases that occur in it or in the file's name."""
        own = _phrases_of(self.name)
        pieces = [piece for line in map(normalised, self.lines) for piece in cut(line, window_chars)]
        found = [_phrases_of(piece) for piece in pieces]
        runs = windows([len(piece) for piece in pieces], 0, window_chars)
        return [set(own.union(*found[run.start : run.stop])) for run in runs]


@lru_cache(maxsize=4096)
def _phrases_of(text: str) -> frozenset[str]:
    """The phrases of a text; the paragraphs of long papers come again and again."""
    return frozenset(phrases(text))


def phrases(text: str) -> Iterator[str]:
    """Every run of one to four characters, digits and letters folded, that has more in it than those and blanks."""
    folded = normalised(text).encode().translate(FOLD).decode()
    for length in PHRASE_CHARS:
        for at in range(len(folded) - length + 1):
            phrase = folded[at : at + length]
            if not UNFIT.search(phrase) and not PLAIN.fullmatch(phrase):
                yield phrase


def all_papers(seed: int = 1, *, hide: bool = True) -> list[Labelled]:
    """The authors' papers, and as two authors more the older templates, with them what no detector may hit.

    With `hide` what names somebody is a mark that belongs to no phrase; without, the papers are as a share has them.
    """
    chance = random.Random(seed)
    found = [
        paper
        for path in sorted((QUALITY / "authors").glob("*/papers.yaml"))
        for paper in _of_author(path.parent.name, yaml.safe_load(path.read_text(encoding="utf-8")), chance, hide)
    ]
    for path in sorted(QUALITY.glob("*/*.yaml")):
        if path.parent.name in {"open", "sealed"}:
            entries = yaml.safe_load(path.read_text(encoding="utf-8"))
            sensitive = path.stem == "sensitive"
            found += [_of_template(f"{OLDER}{path.parent.name}", entry, sensitive, chance, hide) for entry in entries]
    return found + [
        Labelled(
            f"{OLDER}open", f"{detector.id}-{number}", "case", False, False, frozenset(), "", tuple(lines.split("\n"))
        )
        for detector in load_detectors().detectors
        for number, lines in enumerate(detector.cases.miss)
    ]


def papers_digest() -> str:
    """SHA-256 of the files papers are written in, in hexadecimal: a model names what it was learned from."""
    digest = hashlib.sha256()
    for path in sorted(
        (*QUALITY.glob("authors/*/papers.yaml"), *QUALITY.glob("open/*.yaml"), *QUALITY.glob("sealed/*.yaml"))
    ):
        digest.update(f"{path.relative_to(QUALITY).as_posix()}\n".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def late_papers(seed: int = 1) -> list[Labelled]:
    """Papers of authors who wrote when the model was there: never learned from."""
    chance = random.Random(seed)
    return [
        paper
        for path in sorted((QUALITY / "late_authors").glob("*/papers.yaml"))
        for paper in _of_author(path.parent.name, yaml.safe_load(path.read_text(encoding="utf-8")), chance, hide=False)
    ]


def _of_author(author: str, entries: list[dict[str, Any]], chance: random.Random, hide: bool) -> Iterator[Labelled]:
    *own, last = entries
    for entry in own:
        yield Labelled(
            author, entry["id"], entry["form"], bool(entry["sensitive"]), bool(entry.get("trap")),
            frozenset(TOPICS[topic] for topic in entry.get("topics") or () if topic in TOPICS),
            str(entry["file"]), tuple(_lines(entry, last["filler"], chance, hide)), str(entry.get("folder") or ""),
        )  # fmt: skip


def _lines(entry: dict[str, Any], filler: list[str], chance: random.Random, hide: bool) -> Iterator[str]:
    known: dict[str, str] = {}
    if entry.get("title"):
        yield filled(str(entry["title"]), chance, known, hide=hide)
    if "sheets" in entry:
        for sheet in entry["sheets"]:
            for row in sheet["rows"]:
                own: dict[str, str] = {}
                yield "\t".join(filled("" if cell is None else str(cell), chance, own, hide=hide) for cell in row)
        return
    lines = filled(entry["text"], chance, known, hide=hide).split("\n")
    if entry["form"] == "long":
        around = [chance.choice(filler) for _ in range(chance.randint(150, 400))]
        at = chance.randint(10, len(around) - 10)
        lines = [*around[:at], *lines, *around[at:]]
    yield from (line for line in lines if line.strip())


def _of_template(author: str, entry: dict[str, Any], sensitive: bool, chance: random.Random, hide: bool) -> Labelled:
    known: dict[str, str] = {}
    lines = [entry["title"]]
    for piece in (*entry.get("before", ()), *entry["core"], *entry.get("after", ())):
        if isinstance(piece, str):
            lines += filled(piece, chance, known, hide=hide).split("\n")
            continue
        lines.append("\t".join(piece["heads"]))
        for number in range(1, piece["rows"] + 1):
            own = {"n": str(number)}
            lines.append("\t".join(filled(cell, chance, own, hide=hide) for cell in piece["row"]))
    topics = frozenset(one for one in entry.get("need", ()) if one in TOPICS.values())
    return Labelled(author, entry["id"], entry["shape"], sensitive, False, topics, entry["file"], tuple(lines))


def filled(line: str, chance: random.Random, known: dict[str, str], *, hide: bool) -> str:
    """A line with its slots filled; with `hide`, what names somebody is a mark that belongs to no phrase."""

    def value(match: re.Match[str]) -> str:
        kind, whole = match[1], match[1] + match[2]
        if whole not in known:
            made = (MAKERS.get(whole) or MAKERS[kind])(chance)
            known[whole] = NOBODY * 3 if hide and (kind in HIDDEN or whole in HIDDEN) else made
        return known[whole]

    return SLOT.sub(value, line)
