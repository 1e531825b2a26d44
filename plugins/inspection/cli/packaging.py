"""Writes the 簽稿 package of a plan or report into a folder, making the copies it lacks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from inspection.campaigns.package import main_document, package
from inspection.cli.speaking import door
from inspection.documents.copies import copies_of
from inspection.errors import BadSource, system_fault
from inspection.language import speak
from inspection.store.session import session_scope

Out = Annotated[Path, typer.Option("--out", help="Folder to write to; files of an earlier package are replaced.")]


def write_package(subject: str, campaign_id: str, out: Path, actor: str) -> list[str]:
    """File names written, each with mode 0600; raises BadSource where the folder cannot be written."""
    with door(actor, keeps=campaign_id) as opened:
        document_id, at = main_document(opened.session, subject, campaign_id), opened.at
    copies_of(session_scope, document_id, at=at)
    with door(actor, keeps=campaign_id) as opened:
        made = package(opened.session, subject, campaign_id, catalogue=opened.catalogue, at=opened.at)
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, data in made.files.items():
            handle = os.open(out / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
    except OSError as error:
        raise BadSource(
            speak(f"無法寫入：{system_fault(error)}", f"cannot be written: {type(error).__name__}"),
            place=out,
            remedy=speak("請指定其他資料夾", "name another folder"),
        ) from None
    return list(made.files)
