"""What a crawl or a register is asked about a statement: one typed predicate for each kind of fact, and no prose.

A predicate says what would contradict the statement, answered 符合. Each kind of `against` has its model here and its
one reading in `store/cross_check.py`; an unknown kind, detector or defect is refused when the rules are read.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from inspection.rules.load import RuleModel

DetectorId = Annotated[str, StringConstraints(min_length=1, max_length=40)]
DefectId = Annotated[str, StringConstraints(pattern=r"^D\d\d$")]
FolderWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=40)]


class AgainstMarks(RuleModel):
    """A file of the unit whose mark has one of these defects (`marking_rules.yaml`)."""

    against: Literal["marks"] = "marks"
    defects: Annotated[tuple[DefectId, ...], Field(min_length=1)]


class AgainstUnmarked(RuleModel):
    """A file of the unit without any mark in which one of these detectors found something by rule."""

    against: Literal["unmarked"] = "unmarked"
    detectors: Annotated[tuple[DetectorId, ...], Field(min_length=1)]


class AgainstExposure(RuleModel):
    """A file of the unit in which one of these detectors found something by rule, and that wide groups may read."""

    against: Literal["exposure"] = "exposure"
    detectors: Annotated[tuple[DetectorId, ...], Field(min_length=1)]


class AgainstStale(RuleModel):
    """A sensitive or marked file last written to so many days before the crawl began; with `folders`, only where a
    folder or the share bears one of these words."""

    against: Literal["stale"] = "stale"
    unwritten_days: Annotated[int, Field(ge=1, le=36500)]
    folders: tuple[FolderWord, ...] = ()


class AgainstFixes(RuleModel):
    """A fault of the last inspection that found any in the unit: past its day and still to be mended when the unit
    answered, or mended after that day. Confirmed facts, no crawl."""

    against: Literal["fixes"] = "fixes"


class AgainstTraining(RuleModel):
    """Somebody on the unit's register of who handles secrets, on the day it answered, without a training on record from
    these months before the window until that day.

    A unit nobody of which stands on the register is not held against it.
    """

    against: Literal["training"] = "training"
    within_months: Annotated[int, Field(ge=1, le=120)] = 12


CrossCheck = AgainstMarks | AgainstUnmarked | AgainstExposure | AgainstStale | AgainstFixes | AgainstTraining
CrossChecks = tuple[Annotated[CrossCheck, Field(discriminator="against")], ...]
