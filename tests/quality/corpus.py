"""Plans and writes the labelled corpus: template x format x place x mark, each with what a reader must find."""

from __future__ import annotations

import json
import random
import re
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from quality.marks import NATIONAL, MarkCase, cases, fits
from quality.packing import HOLDS, convert, row_path, write
from quality.paper import Paper, Piece, Place
from quality.tokens import MAKERS, MAY_BE

HERE = Path(__file__).parent
SHAPES = {
    "letter": ("docx", "odt", "doc", "pdf", "rtf", "txt", "txt_big5", "html", "eml", "eml_docx", "zip_docx", "di"),
    "sheet": ("xlsx", "xls", "ods", "csv", "csv_big5", "docx", "pdf", "html", "eml_xlsx", "zip_zip_xlsx"),
    "slides": ("pptx", "pptx", "odt", "pdf"),
    "plain": ("txt", "txt_utf16", "txt_big5", "html_big5", "eml", "docx", "rtf"),
}
PLAIN_MARK = MarkCase("none", None, frozenset(), lambda paper: paper)
CORE_PLACES = (
    Place.TEXT_BOX, Place.NOTE, Place.COMMENT, Place.HEADER, Place.FOOTER, Place.SECOND_SHEET, Place.HIDDEN_SHEET,
    Place.SPEAKER_NOTE,
)  # fmt: skip
TOKEN = re.compile(r"\{([a-z0-9]+?)(\d?)\}")


@dataclass(frozen=True)
class Label:
    """What the row of one file must say. `place` and `mark` name the case; no value stands here."""

    path: str
    template: str
    kind: str
    place: str
    mark: str
    verdict: str
    level: str | None
    defects: tuple[str, ...]
    sensitive: bool
    need: tuple[str, ...]
    may: tuple[str, ...]


@dataclass(frozen=True)
class Variant:
    """One file to be written."""

    template: dict[str, Any]
    kind: str
    place: Place
    mark: MarkCase
    number: int


def templates(sealed: bool) -> list[dict[str, Any]]:
    """The open templates, or the sealed ones."""
    folder = HERE / ("sealed" if sealed else "open")
    return [
        {**entry, "sensitive": path.stem == "sensitive"}
        for path in sorted(folder.glob("*.yaml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def _filled(line: str, rng: random.Random, known: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        whole, kind = match.group(1) + match.group(2), match.group(1)
        maker = MAKERS.get(whole) or MAKERS.get(kind)
        if whole not in known:
            assert maker is not None, f"unknown token {whole}"
            known[whole] = maker(rng)
        return known[whole]

    return TOKEN.sub(value, line)


def _pieces(entries: list[Any], rng: random.Random, known: dict[str, str]) -> list[Piece]:
    pieces: list[Piece] = []
    lines: list[str] = []
    for entry in entries:
        if isinstance(entry, str):
            lines += _filled(entry, rng, known).split("\n")
            continue
        if lines:
            pieces.append(Piece(tuple(lines)))
            lines = []
        rows = [
            tuple(_filled(cell, rng, person) for cell in entry["row"])
            for person in ({"n": str(number)} for number in range(1, entry["rows"] + 1))
        ]
        pieces.append(Piece(table=(tuple(entry["heads"]), *rows)))
    return [*pieces, Piece(tuple(lines))] if lines else pieces


def _moved(piece: Piece, place: Place) -> Piece:
    if place in {Place.BODY, Place.SECOND_SHEET, Place.HIDDEN_SHEET}:
        return replace(piece, place=place)
    return Piece(piece.as_lines(), place)


def paper_of(variant: Variant, rng: random.Random) -> Paper:
    """The paper of one variant, with values invented now."""
    template = variant.template
    known: dict[str, str] = {}
    before = [Piece((template["title"],)), *_pieces(template.get("before", []), rng, known)]
    core = [_moved(piece, variant.place) for piece in _pieces(template["core"], rng, known)]
    after = _pieces(template.get("after", []), rng, known)
    name = f"{template['file']}_{variant.number}"
    return variant.mark.put(Paper(name, template["title"], (*before, *core, *after)))


def _planned(
    template: dict[str, Any], count: int, known: tuple[MarkCase, ...], rng: random.Random, kinds: set[str]
) -> list[Variant]:
    """`count` variants: half without any mark, the rest marked, badly marked and traps by turns."""
    formats = [kind for kind in SHAPES[template["shape"]] if kind in kinds]
    rng.shuffle(formats)
    variants = []
    for number in range(count):
        kind = formats[number % len(formats)]
        places = [place for place in CORE_PLACES if place in HOLDS[kind]]
        place = rng.choice(places) if number % 3 == 2 and places else Place.BODY
        mark = PLAIN_MARK
        if number % 2:
            wanted = [
                case
                for case in known
                if fits(case, kind, HOLDS[kind]) and (case.place is Place.BODY or case.place is not place)
            ]
            traps = [case for case in wanted if case.name.startswith("trap")]
            marks = [case for case in wanted if not case.name.startswith("trap")]
            mark = rng.choice(traps if number % 4 == 1 and traps else marks or wanted or [PLAIN_MARK])
        variants.append(Variant(template, kind, place, mark, number))
    return variants


def _label(variant: Variant, paper: Paper) -> Label:
    template, mark = variant.template, variant.mark
    sensitive = bool(template["sensitive"])
    if mark.level:
        verdict = "defective_mark" if mark.defects else "marked"
    else:
        verdict = "unmarked_sensitive" if sensitive else "clean"
    text = json.dumps(template["core"], ensure_ascii=False)
    may = {MAY_BE[kind] for kind, _ in TOKEN.findall(text) if kind in MAY_BE}
    need = tuple(template.get("need", ())) if mark.level not in NATIONAL else ()
    allowed = sorted(may | set(template.get("need", ())) | set(template.get("may", ())))
    return Label(
        row_path(paper, variant.kind), template["id"], variant.kind, variant.place.value, mark.name, verdict,
        mark.level, tuple(sorted(mark.defects)), sensitive, need, tuple(allowed) if sensitive else (),
    )  # fmt: skip


def build(
    folder: Path, *, sealed: bool, today: date, seed: int = 1150, count: int = 8, kinds: set[str] | None = None
) -> list[Label]:
    """Writes the corpus into `folder` and returns its labels; the same seed gives the same files."""
    rng = random.Random(seed)
    known = cases(today)
    labels = []
    with tempfile.TemporaryDirectory() as waiting:
        for template in templates(sealed):
            for variant in _planned(template, count, known, rng, kinds or set(HOLDS)):
                paper = paper_of(variant, rng)
                write(paper, variant.kind, folder, Path(waiting))
                labels.append(_label(variant, paper))
        convert(folder, Path(waiting))
    return labels


def as_json(labels: list[Label]) -> str:
    """The labels as JSON lines."""
    return "".join(json.dumps(asdict(label), ensure_ascii=False) + "\n" for label in labels)
