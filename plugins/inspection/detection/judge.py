"""Judges one file: its mark, what is sensitive in it, and whether the two belong together."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from inspection.detection.columns import with_rows
from inspection.detection.conceal import Concealer
from inspection.detection.exposure import file_severity, worst
from inspection.detection.findings import Category, Findings, find_categories
from inspection.detection.marks import MICROSOFT, Mark, read_marks
from inspection.detection.meaning import WEAK, SecondReader
from inspection.detection.normalise import Manuscript, normalised
from inspection.detection.ruleset import Rules
from inspection.detection.sketch import sketch
from inspection.detection.slices import Sliced
from inspection.detection.traits import traits
from inspection.extraction.passage import Passage, Reading, Unread
from inspection.vocabulary import PICTURES_BESIDE_TEXT, Level, ReadReason, ReadStatus, Severity, Verdict, Zone

PATH_COMPONENTS = 40
READ_IN_PART = frozenset({ReadReason.TOO_LARGE, ReadReason.TIMEOUT})
"""What was read before such an end is judged; that nothing was found there proves nothing."""


@dataclass(frozen=True, slots=True)
class FileMeta:
    """What is known of a file besides its content. `path` is relative, `/`-separated, NFC; sizes in bytes, times UTC.

    The path may name people, so no repr shows it. `broad_readers` names the wide groups that may read the file; None
    where that is not known.
    """

    path: str = field(repr=False)
    today: date
    size_bytes: int = 0
    modified_at: datetime | None = None
    content_sha256: str = ""
    broad_readers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a file is held to be. Nothing found in it stands here in clear: neither path nor excerpts nor locators."""

    path_shown: str
    size_bytes: int
    modified_at: datetime | None
    content_sha256: str
    format: str
    status: ReadStatus
    reason: ReadReason | None
    mark: Mark | None
    categories: tuple[Category, ...]
    verdict: Verdict
    severity: Severity | None
    hints: tuple[str, ...]
    rules_version: str
    unread: tuple[Unread, ...] = ()
    sketch: str | None = None

    @property
    def is_national_secret(self) -> bool:
        """An incident of its own: the path goes to the ethics head alone."""
        return self.reason is ReadReason.NATIONAL_SECRET_MARK


def judge(
    reading: Reading,
    meta: FileMeta,
    rules: Rules,
    key: bytes,
    *,
    family: Concealer | None = None,
    sketch_key: bytes = b"",
    spent: Callable[[], bool] = lambda: False,
) -> Judgement:
    """Judges what was read of a file. `key` hashes people for counting only and must not outlive the crawl.

    A national-secret mark ends the matter: no content is looked at and none kept. `family` learns what was found, for
    files that name each other: an archive and its members (see `concealed`). With a `sketch_key` what is suspected
    gets a sketch, by which copies and versions know each other, and a clue what a lesson may keep of it. A long text
    is judged in slices; what is left when `spent` says that the time is over stands among `unread`.
    """
    components = [part for part in meta.path.split("/") if part][-PATH_COMPONENTS:]
    named = tuple(Passage(Zone.PATH, component, "檔名") for component in components)
    sliced = Sliced.of(named, with_rows(reading, rules.label_words))
    manuscript = sliced.marking()
    marks = read_marks(manuscript, reading.properties, meta.path, rules.marking, today=meta.today)
    secret = marks.mark is not None and marks.mark.is_national_secret
    if secret:
        sliced = Sliced.of(named, ())
    findings = find_categories(sliced, meta.path, rules, key, today=meta.today, spent=spent)
    if family is not None:
        family.learn_from(findings.concealer)
    mark = marks.mark
    if mark is not None and mark.level.startswith(MICROSOFT):
        mark = replace(mark, level=findings.concealer.conceal(mark.level))
    base = Judgement(
        path_shown=findings.concealer.conceal(meta.path),
        size_bytes=meta.size_bytes,
        modified_at=meta.modified_at,
        content_sha256=meta.content_sha256,
        format=reading.format,
        status=reading.status,
        reason=reading.reason,
        mark=mark,
        categories=findings.categories,
        verdict=Verdict.CLEAN,
        severity=None,
        hints=(*marks.hints, *((PICTURES_BESIDE_TEXT,) if reading.pictures else ())),
        rules_version=rules.version,
        unread=tuple(
            replace(one, part=findings.concealer.conceal(one.part))
            for one in (*reading.unread, *_left_over(sliced, findings))
        ),
    )
    if secret:
        return _stopped(base, meta)
    if sketch_key and base.categories and rules.second is not None:
        base = replace(
            base,
            sketch=sketch(manuscript, rules.second, rules.names.surnames, sketch_key),
            categories=tuple(_with_traits(one, rules.second, sketch_key) for one in base.categories),
        )
    return _decided(base, manuscript, meta, rules)


def _with_traits(category: Category, second: SecondReader, key: bytes) -> Category:
    """A category with what a lesson may keep of it; a rule's hit has none."""
    if not category.told:
        return category
    return replace(category, traits=traits((second.model.phrases[one] for one in category.told), key))


def _left_over(sliced: Sliced, findings: Findings) -> tuple[Unread, ...]:
    """What was read and not judged: from where on."""
    if findings.passages >= len(sliced.passages):
        return ()
    first = sliced.passages[findings.passages]
    return (Unread(f"{first.locator or first.part}以後", ReadReason.TIMEOUT),)


def shown_path(path: str, rules: Rules, *, today: date) -> str:
    """A path with everything a detector finds in it hidden."""
    nothing = Reading(ReadStatus.SKIPPED, "unknown", ReadReason.EXCLUDED)
    return judge(nothing, FileMeta(path, today), rules, b"").path_shown


def path_bearing(path: str, rules: Rules, *, today: date) -> Hashable:
    """What of a path bears on judgement: equal contents under paths of equal bearing are judged alike."""
    plain = normalised(path)
    if shown_path(path, rules, today=today) != path:
        return path
    name = plain.rpartition("/")[2]
    phrases = rules.second.phrases_of(name) if rules.second is not None else frozenset()
    return name.rpartition(".")[2].lower(), frozenset(rules.path_words.findall(plain)), name.count(".") > 0, phrases


def concealed(judgement: Judgement, family: Concealer) -> Judgement:
    """The judgement with everything hidden that was found in any file of its family."""
    categories = tuple(
        replace(
            category,
            excerpts=tuple(replace(one, locator=family.conceal(one.locator)) for one in category.excerpts),
        )
        for category in judgement.categories
    )
    unread = tuple(replace(one, part=family.conceal(one.part)) for one in judgement.unread)
    return replace(judgement, path_shown=family.conceal(judgement.path_shown), categories=categories, unread=unread)


def with_lower_main(main: Judgement) -> Judgement:
    """The letter whose attachment bears a higher level than itself (D09)."""
    if main.mark is None:
        return main
    return replace(main, mark=_with_defect(main.mark, "D09"), verdict=Verdict.DEFECTIVE_MARK)


def _with_defect(mark: Mark, defect: str) -> Mark:
    return replace(mark, defects=tuple(sorted({*mark.defects, defect})))


def _stopped(base: Judgement, meta: FileMeta) -> Judgement:
    assert base.mark is not None
    return replace(
        base,
        unread=(),
        status=ReadStatus.SKIPPED,
        reason=ReadReason.NATIONAL_SECRET_MARK,
        categories=(),
        verdict=Verdict.DEFECTIVE_MARK if base.mark.defects else Verdict.MARKED,
        severity=Severity.CRITICAL,
        hints=("national_secret", *(("D06",) if meta.broad_readers else ())),
    )


def _decided(base: Judgement, manuscript: Manuscript, meta: FileMeta, rules: Rules) -> Judgement:
    told = [category for category in base.categories if category.strength != WEAK]
    severities = [category.severity for category in told]
    severity = (
        file_severity(severities, path=meta.path, broad_readers=meta.broad_readers, book=rules.book)
        if severities
        else None
    )
    hints = (*base.hints, *_hints(base, manuscript, meta, rules))
    if base.mark is not None and base.mark.defects:
        verdict = Verdict.DEFECTIVE_MARK
        severity = worst([Severity.MEDIUM, *([severity] if severity else [])])
    elif base.mark is not None:
        verdict, severity = Verdict.MARKED, None
    elif base.status is not ReadStatus.SCANNED and base.reason not in READ_IN_PART:
        verdict = Verdict.UNKNOWN
    elif told:
        verdict = Verdict.UNMARKED_SENSITIVE
    else:
        verdict = Verdict.CLEAN if base.status is ReadStatus.SCANNED and not base.unread else Verdict.UNKNOWN
    return replace(base, verdict=verdict, severity=severity, hints=hints)


def _hints(base: Judgement, manuscript: Manuscript, meta: FileMeta, rules: Rules) -> list[str]:
    hints = []
    level = base.mark.level if base.mark else None
    if level == Level.CONFIDENTIAL and meta.broad_readers:
        hints.append("D06")
    if level == Level.RESTRICTED_READING and meta.broad_readers:
        hints.append("D07")
    if base.mark is None and any(
        category.detector == "TOP-SECRET-MTG" and not category.strength for category in base.categories
    ):
        hints.append("D08")
    published = rules.marking.published_words
    if level == Level.CONFIDENTIAL and not any(category.strength == 0 for category in base.categories):
        title = "\n".join(manuscript.lines[: manuscript.text_from + 12])
        hints += ["D10"] if any(word in title for word in published) else []
    if base.mark is not None and base.mark.blank:
        hints.append("unfilled_blank")
    return hints


def as_row(judgement: Judgement) -> dict[str, Any]:
    """The scan row of the contract, ready for JSON."""
    mark = judgement.mark
    return {
        "path": judgement.path_shown,
        "size_bytes": judgement.size_bytes,
        "modified_at": _instant(judgement.modified_at),
        "content_sha256": judgement.content_sha256,
        "status": judgement.status.value,
        "reason": judgement.reason.value if judgement.reason else None,
        "mark": {
            "level": mark.level,
            "zone": mark.zone.value,
            "declassification": {"code": mark.code, "date": mark.ends_on.isoformat() if mark.ends_on else None},
            "defects": list(mark.defects),
        }
        if mark
        else None,
        "categories": [
            {
                "detector": category.detector,
                "count": category.count,
                "people": category.people,
                "severity": category.severity.value,
                "excerpts": [excerpt.text for excerpt in category.excerpts],
                "locators": [excerpt.locator for excerpt in category.excerpts],
                **({"basis": "meaning", "strength": category.strength} if category.strength else {}),
                **({"traits": category.traits} if category.traits else {}),
            }
            for category in judgement.categories
        ],
        "unread": [{"part": one.part, "reason": one.reason.value} for one in judgement.unread],
        "verdict": judgement.verdict.value,
        "severity": judgement.severity.value if judgement.severity else None,
        "hints": list(judgement.hints),
        **({"sketch": judgement.sketch} if judgement.sketch else {}),
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
