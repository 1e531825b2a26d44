"""The one error readers raise: this file cannot be read, or not further, and exactly why."""

from __future__ import annotations

from inspection.errors import BadSource
from inspection.vocabulary import ReadReason


class Unreadable(BadSource):
    """A file ends here with a reason. Never carries anything found in the file."""

    def __init__(self, reason: ReadReason, problem: str) -> None:
        super().__init__(problem)
        self.reason = reason


def corrupt(problem: str) -> Unreadable:
    """The bytes break the rules of their own format."""
    return Unreadable(ReadReason.CORRUPT, problem)


def encrypted(problem: str = "needs a password") -> Unreadable:
    """The content cannot be seen without a key."""
    return Unreadable(ReadReason.ENCRYPTED, problem)


def too_large(problem: str) -> Unreadable:
    """Reading on would cost more than the limits allow."""
    return Unreadable(ReadReason.TOO_LARGE, problem)


def unsupported(problem: str) -> Unreadable:
    """No reader for this kind of content."""
    return Unreadable(ReadReason.UNSUPPORTED_FORMAT, problem)


def no_text_layer(problem: str) -> Unreadable:
    """Pictures only: text would need recognition."""
    return Unreadable(ReadReason.NO_TEXT_LAYER, problem)
