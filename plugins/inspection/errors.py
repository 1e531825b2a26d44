"""The one family of errors: what went wrong decides who retries, who answers and with which exit status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


class InspectionError(Exception):
    """Base of all errors the product raises on purpose. The message is safe to show and to log."""

    exit_status = 2
    http_status = 500


class NotFound(InspectionError):
    """What was asked for does not exist, or the asker may not know that it does."""

    http_status = 404


class Conflict(InspectionError):
    """The state has moved on: somebody else decided first, or the content is not the one approved."""

    http_status = 409


class NotAllowed(InspectionError):
    """The person may not do this: wrong role, own request, own unit, or no session."""

    http_status = 403


class TooManyTries(InspectionError):
    """Somebody asked or guessed too often in a short time. Only waiting helps."""

    http_status = 429


class SourceUnavailable(InspectionError):
    """A share, server or database did not answer. Time may mend it: the caller may try again."""

    exit_status = 3
    http_status = 503


class ServerQuiet(SourceUnavailable):
    """A server is to be left alone until an instant (aware, the office's zone): not a fault, only too early."""

    def __init__(self, host: str, until: datetime) -> None:
        self.until = until
        super().__init__(f"{host} is not to be read before {until:%H:%M}; what is left waits")


class AccessRefused(SourceUnavailable):
    """A server refused us: wrong credentials, or a share closed to the account. Time does not mend it."""


class LogonRefused(AccessRefused):
    """The log-on itself was refused. Never tried again, at no share of that server: more tries lock the account."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where bad input stands: a file, and in it a line (from 1) and a field, as far as known."""

    file: str
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        field = f", field {self.field}" if self.field else ""
        return f"{self.file}{line}{field}"


class BadSource(InspectionError):
    """Input that no retry will mend: says where it stands, what is wrong and what to do."""

    http_status = 422

    def __init__(self, problem: str, *, place: Place | Path | str | None = None, remedy: str = "") -> None:
        self.problem = problem
        self.place = Place(str(place)) if isinstance(place, (str, Path)) else place
        self.remedy = remedy
        where = f"{self.place}: " if self.place else ""
        super().__init__(f"{where}{problem}" + (f" — {remedy}" if remedy else ""))


class NotMigrated(BadSource):
    """The domain database has no tables, or old ones: the installation's fault, not the asker's."""

    http_status = 503


class BadSources(BadSource):
    """Several faults of one input, all told at once so that they can be mended in one go."""

    def __init__(self, faults: list[BadSource]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
