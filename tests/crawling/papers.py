"""Files as offices keep them, made at run time: nothing that looks like a real number stands in the repository."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import zips

LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def national_id(chance: random.Random) -> str:
    """A number with a right check digit that nobody was ever given by us: random each time."""
    letter = chance.choice(LETTERS)
    digits = [chance.choice((1, 2)), *(chance.randrange(10) for _ in range(7))]
    code = LETTERS.index(letter) + 10
    total = code // 10 + code % 10 * 9 + sum(d * w for d, w in zip(digits, range(8, 0, -1), strict=True))
    return f"{letter}{''.join(map(str, digits))}{-total % 10}"


def docx(*paragraphs: str, header: str = "", picture_bytes: int = 0) -> bytes:
    """A Word file of some paragraphs, with a header and an uncompressed picture where wished."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    section = f'<w:sectPr><w:headerReference xmlns:r="{relations}" w:type="default" r:id="rId1"/></w:sectPr>'
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<?xml version="1.0"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    }
    if picture_bytes:
        parts["word/media/image1.png"] = random.Random(1).randbytes(picture_bytes)
    body += section if header else ""
    parts["word/document.xml"] = f"<w:document {w}><w:body>{body}</w:body></w:document>"
    if header:
        parts["word/_rels/document.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relations}/header" Target="header1.xml"/></Relationships>'
        )
        parts["word/header1.xml"] = f"<w:hdr {w}><w:p><w:r><w:t>{header}</w:t></w:r></w:p></w:hdr>"
    return zips.zipped(parts, stored=("word/media/image1.png",))


def zipped(**members: bytes) -> bytes:
    """An archive whose members are not packed."""
    return zips.zipped(members, zipfile.ZIP_STORED)


def roster_text(chance: random.Random, people: int = 6) -> tuple[str, list[str]]:
    """A list of people with numbers, and the numbers in it."""
    numbers = [national_id(chance) for _ in range(people)]
    lines = ["申請人名冊", *(f"身分證字號：{number}" for number in numbers)]
    return "\n".join(lines), numbers


def office_folder(folder: Path, *, files: int = 60, seed: int = 7) -> list[str]:
    """Fills a folder with plain papers, sensitive ones, copies and an archive; returns the numbers planted."""
    chance = random.Random(seed)
    planted: list[str] = []
    for number in range(files):
        place = folder / f"第{number % 5}課" / f"案件{number:03d}"
        place.mkdir(parents=True, exist_ok=True)
        if number % 10 == 3:
            text, numbers = roster_text(chance)
            planted += numbers
            (place / "名冊.docx").write_bytes(docx(*text.splitlines()))
        elif number % 10 == 7:
            (place / "通知.docx").write_bytes(docx("本案通知如下", f"文號{number}", header="密"))
        else:
            (place / "會辦單.txt").write_text(f"一般公文往返第{number}件，請查照。", encoding="utf-8")
    text, numbers = roster_text(chance)
    planted += numbers
    (folder / "附件.zip").write_bytes(zipped(inner=docx(*text.splitlines()), plain="說明".encode()))
    secret = national_id(chance)
    planted.append(secret)
    (folder / f"{secret}申請書.txt").write_text(f"身分證字號：{secret}\n身分證字號：{secret}", encoding="utf-8")
    return planted
