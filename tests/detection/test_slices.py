"""Long texts are judged in slices: the same is found as in one piece, and what was found is kept when the time ends."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from detection.invented import Inventor
from detection.written import KEY, TODAY, meta
from inspection.detection.findings import find_categories
from inspection.detection.judge import as_row, judge
from inspection.detection.ruleset import load_rules
from inspection.detection.slices import SLICE_CHARS, Sliced
from inspection.detection.worker import answered_rows, handle, request
from inspection.extraction.passage import Passage, Reading
from inspection.sandbox.job_time import JobTime
from inspection.vocabulary import ReadReason, ReadStatus, Verdict, Zone
from quality.tokens import address, name

RULES = load_rules()
WITH_MEANING = load_rules(second_reading=True)
SHARE_BIG = 400_000


def rows_of(turn: int, rows: int) -> Iterator[tuple[str, ...]]:
    """A title, headings in any order, and people below them."""
    made, chance = Inventor(turn), random.Random(turn)
    columns: list[tuple[str, Callable[[], str]]] = [
        ("姓名", lambda: name(chance)),
        ("身分證字號", made.national_id),
        ("手機", lambda: made.mobile()[1:]),
        ("戶籍地址", lambda: address(chance)),
    ]
    chance.shuffle(columns)
    yield ("補助名冊", *("" for _ in columns[1:]))
    yield tuple(head for head, _ in columns)
    yield from (tuple(cell() for _, cell in columns) for _ in range(rows))


def sheet(turn: int, rows: int, part: str = "名冊") -> tuple[Passage, ...]:
    """A sheet as extraction gives it."""
    return tuple(
        Passage(Zone.SHEET, "\t".join(row), f"{part}!A{n}", n - 1, row, part=part)
        for n, row in enumerate(rows_of(turn, rows), 1)
    )


def prose(turn: int, lines: int) -> tuple[Passage, ...]:
    """Paragraphs, some with a number behind its label, some with one below it."""
    made, chance = Inventor(turn), random.Random(turn)
    texts: list[str] = []
    while len(texts) < lines:
        texts += chance.choice([
            ["本週會議照常舉行，請各單位準備資料。"] * 5,
            [f"身分證字號：{made.national_id()}"],
            ["護照號碼", made.passport()],
            [f"陳情人：{name(chance)} 電話 {made.mobile()}"],
        ])  # fmt: skip
    return tuple(Passage(Zone.BODY, text, f"段落 {n}", n) for n, text in enumerate(texts))


@pytest.mark.parametrize("turn", range(6))
def test_slices_tell_what_the_whole_tells(turn: int) -> None:
    passages = sheet(turn, 120) + prose(turn, 90) if turn % 2 else prose(turn, 90) + sheet(turn, 120)
    named = (Passage(Zone.PATH, "社會課", "檔名"), Passage(Zone.PATH, "名單.xlsx", "檔名"))
    whole, sliced = (
        find_categories(Sliced.of(named, passages, chars), "社會課/名單.xlsx", RULES, KEY, today=TODAY)
        for chars in (SLICE_CHARS, random.Random(turn).randint(400, 1500))
    )
    values = [one for one in whole.categories if one.detector in {value.id for value in RULES.values}]
    assert values
    assert [one for one in sliced.categories if one.detector in {value.detector for value in values}] == values
    assert {one.detector for one in whole.categories} == {one.detector for one in sliced.categories}
    assert sliced.passages == len(passages)


def long_reading(passages: tuple[Passage, ...]) -> Reading:
    """The same passages over and over, so that they make several slices."""
    held = sum(len(one.text) for one in passages)
    return Reading(ReadStatus.SCANNED, "xlsx", passages=passages * (2 * SLICE_CHARS // held + 1))


def test_what_was_found_before_the_time_ended_is_kept_and_the_rest_is_told() -> None:
    found = judge(long_reading(sheet(3, 400)), meta("社會課/名冊.xlsx"), RULES, KEY, spent=lambda: True)
    assert (found.status, found.verdict) == (ReadStatus.SCANNED, Verdict.UNMARKED_SENSITIVE)
    assert {one.detector: one.people for one in found.categories}["PII-NID"] == 400
    (left,) = as_row(found)["unread"]
    assert (left["reason"], left["part"][:4], left["part"][-2:]) == (ReadReason.TIMEOUT, "名冊!A", "以後")


def test_a_text_judged_in_part_is_never_clean() -> None:
    ordinary = tuple(Passage(Zone.BODY, "本週會議照常舉行，請各單位準備資料。", f"段落 {n}", n) for n in range(400))
    reading = long_reading(ordinary)
    for rules in (RULES, WITH_MEANING):
        assert judge(reading, meta("記事.docx"), rules, KEY, spent=lambda: True).verdict is Verdict.UNKNOWN
        assert judge(reading, meta("記事.docx"), rules, KEY).verdict is Verdict.CLEAN


def test_a_mark_counts_at_the_top_of_a_long_text_and_in_the_header_behind_it() -> None:
    ordinary = long_reading(sheet(4, 400)).passages
    for zone, passages in (
        (Zone.BODY, (Passage(Zone.BODY, "密等及解密條件或保密期限：密（本件於公布時解密）"), *ordinary)),
        (Zone.HEADER, (*ordinary, Passage(Zone.HEADER, "密"), *ordinary[-50:])),
    ):
        found = judge(Reading(ReadStatus.SCANNED, "xlsx", passages=passages), meta("名冊.xlsx"), RULES, KEY)
        assert found.mark is not None
        assert (found.mark.level, found.mark.zone) == ("密", zone)


def test_a_roster_of_four_hundred_thousand_people_is_found_as_what_it_is() -> None:
    few = list(rows_of(9, 2_000))
    rows = [*few[:2], *few[2:] * (SHARE_BIG // 2_000)]
    data = "\n".join(",".join(row) for row in rows).encode()
    assert len(data) > 25_000_000
    (row,) = answered_rows(handle(request(meta("社會課/名冊.csv", size_bytes=len(data)), (data,), key=KEY)))
    told = {one["detector"]: one for one in row["categories"]}
    assert (row["verdict"], told["PII-NID"]["severity"], told["PII-NID"]["people"]) == (
        "unmarked_sensitive",
        "critical",
        2_000,
    )


def test_a_job_stops_by_itself_before_it_is_ended() -> None:
    assert JobTime(wall_seconds=0.0).spent()
    plenty = JobTime(wall_seconds=1_000.0)
    assert not plenty.spent()
    assert 0 < plenty.left() < 1_000.0
