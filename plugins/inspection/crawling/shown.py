"""What a list tells of a file's place: masked, and of a national secret nothing but its code (officer review A12)."""

from __future__ import annotations

from inspection.model import CrawledFile
from inspection.rules.catalogue import Catalogue


def file_code(file_id: int) -> str:
    """The code a file goes by outside the ethics office."""
    return f"F{file_id:06d}"


def by_mouth_only(file: CrawledFile, catalogue: Catalogue) -> bool:
    """Whether a file bears the mark of a national secret."""
    level = str((file.mark or {}).get("level") or "")
    return any(one.max_years is not None and level in {one.id, one.text} for one in catalogue.marking.levels)


def place_shown(file: CrawledFile, catalogue: Catalogue) -> str:
    """What lists of the ethics office show of a file's place: masked, and of a national secret its code alone."""
    return file_code(file.id) if by_mouth_only(file, catalogue) else file.path_shown
