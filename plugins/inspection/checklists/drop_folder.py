"""The drop folder: forms laid there are taken in and moved to `taken`, or to `refused` with the reason beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from inspection.checklists.take_in import Reader, Taken, take_in
from inspection.errors import SourceUnavailable

Scope = Callable[[], AbstractContextManager[Session]]
CHANNEL = "drop_folder"
LARGEST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class ReturnCounts:
    """How many files were taken in and how many refused."""

    taken: int
    refused: int


def empty_drop_folder(scope: Scope, folder: Path, *, read: Reader, at: datetime) -> ReturnCounts:
    """Takes in whatever lies in the folder; each file is its own transaction, moved only after it is on record.

    Raises SourceUnavailable where the folder cannot be reached. A second run beside this one does no harm.
    """
    if not folder.is_dir():
        raise SourceUnavailable(f"the drop folder {folder.name} cannot be reached; create it or mount it")
    taken = refused = 0
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith((".", "~$")):
            continue
        try:
            data = path.read_bytes() if path.stat().st_size <= LARGEST_BYTES else b""
        except FileNotFoundError:
            continue  # another run was first
        with scope() as session:
            outcome = take_in(session, data, channel=CHANNEL, read=read, at=at)
        _move(path, outcome)
        taken += outcome.accepted
        refused += not outcome.accepted
    return ReturnCounts(taken, refused)


def _move(path: Path, outcome: Taken) -> None:
    target = path.parent / ("taken" if outcome.accepted else "refused")
    target.mkdir(exist_ok=True)
    # named by content: an office's file name may say more than it should, and two may be alike
    name = outcome.sha256[:16]
    if not outcome.accepted:
        reasons = json.dumps(list(outcome.problems), ensure_ascii=False, indent=1)
        (target / f"{name}.reason.json").write_text(reasons, encoding="utf-8")
    try:
        path.replace(target / f"{name}{path.suffix.lower()}")
    except FileNotFoundError:
        return
