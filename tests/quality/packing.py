"""Writes papers in every format: by our own writers, by LibreOffice, inside mails and archives."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from quality.open_document import ods, odt
from quality.paper import Paper, Place
from quality.plain import di, html, rtf, text
from quality.sheets import as_csv, xlsx
from quality.slides import pptx
from quality.word import docx
from zips import zipped

B = Place.BODY
PAGE = {Place.HEADER, Place.FOOTER}
# format -> places it can hold, as far as our writers go
HOLDS: dict[str, frozenset[Place]] = {
    "docx": frozenset({B, *PAGE, Place.FIRST_HEADER, Place.WATERMARK, Place.TEXT_BOX, Place.NOTE, Place.COMMENT}),
    "doc": frozenset({B, *PAGE, Place.FIRST_HEADER, Place.TEXT_BOX, Place.NOTE, Place.COMMENT}),
    "odt": frozenset({B, *PAGE, Place.TEXT_BOX, Place.NOTE, Place.COMMENT}),
    "pdf": frozenset({B, *PAGE, Place.TEXT_BOX, Place.NOTE}),
    "rtf": frozenset({B, *PAGE, Place.FIRST_HEADER, Place.NOTE, Place.TEXT_BOX}),
    "xlsx": frozenset({B, *PAGE, Place.TEXT_BOX, Place.COMMENT, Place.SECOND_SHEET, Place.HIDDEN_SHEET}),
    "xls": frozenset({B, *PAGE, Place.SECOND_SHEET, Place.HIDDEN_SHEET}),
    "ods": frozenset({B, *PAGE, Place.COMMENT, Place.SECOND_SHEET}),
    "pptx": frozenset({B, Place.FOOTER, Place.TEXT_BOX, Place.SPEAKER_NOTE}),
    "csv": frozenset({B}), "csv_big5": frozenset({B}), "txt": frozenset({B}), "txt_utf16": frozenset({B}),
    "txt_big5": frozenset({B}), "html": frozenset({B}), "html_big5": frozenset({B}),
    "di": frozenset({B, Place.LABEL_ELEMENT}),
    "eml": frozenset({B, Place.SUBJECT}),
    "eml_docx": frozenset({B, *PAGE, Place.FIRST_HEADER, Place.WATERMARK, Place.TEXT_BOX}),
    "eml_xlsx": frozenset({B, *PAGE, Place.SECOND_SHEET}),
    "zip_docx": frozenset({B, *PAGE, Place.NOTE}),
    "zip_zip_xlsx": frozenset({B, *PAGE}),
}  # fmt: skip
BY_LIBREOFFICE = {"doc": ("docx", "doc:MS Word 97"), "pdf": ("docx", "pdf"), "xls": ("xlsx", "xls:MS Excel 97")}
SUFFIX = {
    "txt_utf16": "txt", "txt_big5": "txt", "csv_big5": "csv", "html_big5": "html", "eml_docx": "eml", "eml_xlsx": "eml",
    "zip_docx": "zip", "zip_zip_xlsx": "zip",
}  # fmt: skip


def _big5(value: str) -> bytes:
    return value.encode("cp950", "replace")


def _mail(paper: Paper, attachment: tuple[str, bytes] | None = None) -> bytes:
    mail = EmailMessage()
    marks = "".join(line for piece in paper.at(Place.SUBJECT) for line in piece.lines)
    mail["Subject"] = f"{marks}{paper.title}"
    mail["From"], mail["To"] = "staff@shifan.gov.tw", "desk@shifan.gov.tw"
    mail["Date"] = "Tue, 20 Oct 2026 09:12:00 +0800"
    if attachment:
        mail.set_content("各位同仁：\n\n檢送附件資料一份，請查收。\n\n行政課 敬上\n", charset="utf-8")
        name, data = attachment
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    else:
        mail.set_content(text(paper), charset="utf-8", cte="base64")
    return mail.as_bytes()


def _zip(name: str, data: bytes) -> bytes:
    return zipped({"說明.txt": "附件共一份，請查收。", name: data})


WRITERS: dict[str, Callable[[Paper], bytes]] = {
    "docx": docx, "odt": odt, "xlsx": xlsx, "ods": ods, "pptx": pptx,
    "rtf": lambda p: rtf(p).encode("ascii"),
    "txt": lambda p: text(p).encode(),
    "txt_utf16": lambda p: text(p).encode("utf-16"),
    "txt_big5": lambda p: _big5(text(p)),
    "csv": lambda p: as_csv(p).encode("utf-8-sig"),
    "csv_big5": lambda p: _big5(as_csv(p)),
    "html": lambda p: html(p, "utf-8").encode(),
    "html_big5": lambda p: _big5(html(p, "big5")),
    "di": lambda p: di(p).encode(),
    "eml": _mail,
    "eml_docx": lambda p: _mail(p, (f"{p.name}.docx", docx(p))),
    "eml_xlsx": lambda p: _mail(p, (f"{p.name}.xlsx", xlsx(p))),
    "zip_docx": lambda p: _zip(f"資料/{p.name}.docx", docx(p)),
    "zip_zip_xlsx": lambda p: _zip("內層.zip", _zip(f"{p.name}.xlsx", xlsx(p))),
}  # fmt: skip


def row_path(paper: Paper, kind: str) -> str:
    """Where the row of this paper will be found: inside the archive or mail where it is in one."""
    outer = f"{paper.name}.{SUFFIX.get(kind, kind)}"
    inner = {
        "eml_docx": f"{paper.name}.docx", "eml_xlsx": f"{paper.name}.xlsx", "zip_docx": f"資料/{paper.name}.docx",
        "zip_zip_xlsx": f"內層.zip!/{paper.name}.xlsx",
    }.get(kind)  # fmt: skip
    return f"{outer}!/{inner}" if inner else outer


def write(paper: Paper, kind: str, folder: Path, waiting: Path) -> None:
    """Writes the file, or for a LibreOffice format its source into `waiting/FORMAT/`."""
    if kind in BY_LIBREOFFICE:
        source = BY_LIBREOFFICE[kind][0]
        place = waiting / kind
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{paper.name}.{source}").write_bytes(WRITERS[source](paper))
    else:
        (folder / f"{paper.name}.{SUFFIX.get(kind, kind)}").write_bytes(WRITERS[kind](paper))


def convert(folder: Path, waiting: Path) -> None:
    """Turns what waits into its format, one LibreOffice for all files of a format."""
    for kind, (_, target) in BY_LIBREOFFICE.items():
        sources = sorted((waiting / kind).glob("*")) if (waiting / kind).exists() else []
        if not sources:
            continue
        office = shutil.which("soffice") or "soffice"
        command = [
            office,
            f"-env:UserInstallation=file://{waiting}/profile",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
        ]
        subprocess.run([*command, str(folder), *map(str, sources)], check=True, capture_output=True, timeout=900)
