"""What reads text on pictures: one of a register, chosen in `crawl_limits.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from inspection.crawling import rapidocr, tesseract
from inspection.rules.crawl_limits import Ocr
from inspection.vocabulary import RecogniserName

if TYPE_CHECKING:  # loaded where there is a picture to read
    from inspection.extraction.ocr_pages import PageImage
    from inspection.extraction.recognised_lines import RecognisedLine


class ReadsPages(Protocol):
    """A recogniser at work."""

    def lines_of(self, page: PageImage) -> tuple[RecognisedLine, ...] | None:
        """The lines on one page; None where it passed a limit or could not be read."""


class Recogniser(Protocol):
    """A recogniser of this machine."""

    @property
    def version(self) -> str:
        """Its name and version, at most 80 characters: another reads pictures anew."""

    def opened(self) -> AbstractContextManager[ReadsPages]:
        """Ready to read page after page."""


BLANK_SIDE = 400  # pixels
INSTALLED: Mapping[RecogniserName, Callable[[int], Recogniser]] = {
    RecogniserName.RAPIDOCR: rapidocr.installed,
    RecogniserName.TESSERACT: tesseract.installed,
}
"""Each by its name: given the seconds one page may cost it answers, or raises SourceUnavailable with the remedy."""


def reads_a_page(recogniser: Recogniser) -> bool:
    """Whether it starts on this machine and comes through a blank page."""
    from inspection.extraction.ocr_pages import PageImage

    with recogniser.opened() as reader:
        return reader.lines_of(PageImage("", 1, BLANK_SIDE, BLANK_SIDE, b"\xff" * BLANK_SIDE**2)) is not None


def installed(ocr: Ocr) -> Recogniser:
    """The recogniser the rules choose; raises SourceUnavailable where this machine lacks it."""
    return INSTALLED[ocr.recogniser](ocr.seconds_per_page)
