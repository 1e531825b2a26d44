"""What a paper decision brings along on the command line: number, day, 檔號, 保存年限 and the scan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspection.approvals.filing import Filing, checked
from inspection.documents.scans import LARGEST_SCAN_BYTES
from inspection.errors import BadSource, system_fault
from inspection.language import speak

FileNumber = Annotated[str, typer.Option("--file-number", help="檔號, e.g. 115/0205/1/3.")]
Retention = Annotated[str, typer.Option("--retention", help="保存年限: years, or 永久.")]
Scan = Annotated[
    Path | None, typer.Option("--scan", help="The scanned paper: PDF, PNG or JPEG, at most 20 MB.", show_default=False)
]

Code = Annotated[str, typer.Option("--code", help="Code in the foot of the paper (scanned or typed), to be checked.")]


def filing_of(file_number: str, retention: str, scan: Path | None) -> Filing:
    """The particulars as given, checked before anything is written; raises BadSource naming file or field."""
    data = None
    if scan is not None:
        try:
            with scan.open("rb") as file:
                data = file.read(LARGEST_SCAN_BYTES + 1)
        except OSError as error:
            raise BadSource(
                speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {type(error).__name__}"),
                place=scan,
                remedy=speak("請指明掃描檔", "name the scan"),
            ) from None
    texts = checked(Filing(file_number, retention))
    try:
        return checked(Filing(texts.file_number, texts.retention, data))
    except BadSource as error:  # the texts are right: it is the scan
        raise BadSource(error.problem, place=scan, remedy=error.remedy) from None
