"""What a file that came is called: by its sender's own name for it, with what a detector finds in that hidden."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from inspection import settings
from inspection.documents.proof_files import SUFFIX
from inspection.language import legible
from inspection.rules import catalogue

if TYPE_CHECKING:  # rules and readers cost half a second: loaded where there is a file
    from inspection.detection.ruleset import Rules

# a name is judged whole and cut for its row afterwards: what a cut leaves of a number no detector knows
LONGEST_NAME, LONGEST_NAME_JUDGED = 200, 1000
ALSO = {"jpg": "jpeg"}


def called(name: str) -> str:
    """The last part of whatever a program calls a file; empty for a name nobody can read."""
    readable = name.encode("utf-8", "replace").decode()  # bytes of no known encoding go no further
    return legible(readable).replace("\\", "/").rpartition("/")[2].strip()


def looked_at(name: str, *, today: date) -> str:
    """A form's name as it may be kept and shown; empty where it has none, or one too long to be judged."""
    from inspection.detection.judge import shown_path

    last = called(name)
    if not last or len(last) > LONGEST_NAME_JUDGED:
        return ""
    return shown_path(last, _rules(catalogue.current().reading_version), today=today)[-LONGEST_NAME:]


def handed_out(name_shown: str, media_type: str, otherwise: str) -> str:
    """The name a kept file is saved under: its sender's, with the ending of what it truly is; `otherwise` where none is
    known."""
    suffix = SUFFIX.get(media_type)
    if not name_shown or suffix is None:
        return otherwise
    ending = name_shown.rpartition(".")[2].lower()
    return name_shown if ending in {suffix, ALSO.get(suffix)} else f"{name_shown}.{suffix}"


def greeting() -> bytes:
    """The rules of the crawl's first reading, compiled, as a worker is greeted with them."""
    return _greeting(catalogue.current().reading_version)


@lru_cache(maxsize=1)
def _greeting(_version: str) -> bytes:
    from inspection.detection.compiled import greeting_of
    from inspection.detection.ruleset import compile_rules
    from inspection.rules.detectors import load_detectors
    from inspection.rules.marking import load_marking

    folder = settings.get().rules_dir
    return greeting_of(compile_rules(load_detectors(folder), load_marking(folder)))


@lru_cache(maxsize=1)
def _rules(version: str) -> Rules:
    from inspection.detection.compiled import greeted_rules

    return greeted_rules(_greeting(version))
