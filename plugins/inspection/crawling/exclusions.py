"""What of a share is not to be read, decided from names and sizes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspection.shares.share import Entry
from inspection.vocabulary import ReadReason, ReadStatus

if TYPE_CHECKING:  # a scan knows no limits of a plan, and their loader takes a quarter of a second
    from inspection.rules.crawl_limits import CrawlLimits


class Exclusions:
    """The switches and sizes of one crawl, ready to be asked for every entry."""

    def __init__(self, limits: CrawlLimits, *, of_ethics_unit: bool = False) -> None:
        closed = [switch for switch in limits.switches if not switch.read]
        self._folders = {name.casefold() for switch in closed for name in switch.folders}
        self._folders |= {folder.name.casefold() for folder in limits.folders_never_listed}
        self._endings = tuple(ending.casefold() for switch in closed for ending in switch.endings)
        self._largest_bytes = limits.sizes.file_bytes
        self.whole_share = of_ethics_unit and any(switch.ethics_unit for switch in closed)

    def folder(self, path: str) -> bool:
        """Whether a folder and all below it stays unlisted."""
        return path.rpartition("/")[2].casefold() in self._folders

    def file(self, entry: Entry) -> ReadReason | None:
        """Why a file is not to be opened at all; None where it is."""
        if self._endings and entry.path.casefold().endswith(self._endings):
            return ReadReason.EXCLUDED
        return unopened(entry, largest_bytes=self._largest_bytes)


def unopened(entry: Entry, *, largest_bytes: int) -> ReadReason | None:
    """Why a file is never opened, whatever the switches say: a link leads elsewhere, tape would be recalled."""
    if entry.is_link:
        return ReadReason.EXCLUDED
    if entry.offline:
        return ReadReason.OFFLINE
    return ReadReason.TOO_LARGE if entry.size_bytes > largest_bytes else None


def ended_status(reason: ReadReason) -> ReadStatus:
    """What is left out on purpose is skipped; all other reasons are a failure to read."""
    by_decision = {ReadReason.EXCLUDED, ReadReason.NATIONAL_SECRET_MARK}
    return ReadStatus.SKIPPED if reason in by_decision else ReadStatus.UNREADABLE
