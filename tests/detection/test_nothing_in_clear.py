"""Whatever a file holds, nothing found in it stands in clear in rows, judgements, their repr or errors."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from detection.invented import Inventor
from detection.written import KEY, TODAY, meta
from inspection.detection.conceal import Concealer
from inspection.detection.findings import find_hits
from inspection.detection.gathered import Gathered
from inspection.detection.judge import PATH_COMPONENTS, as_row, judge
from inspection.detection.normalise import Manuscript
from inspection.detection.people import People
from inspection.detection.ruleset import load_rules
from inspection.detection.slices import Slice
from inspection.detection.worker import answered_rows, handle, request
from inspection.extraction.passage import Passage, Reading
from inspection.vocabulary import ReadStatus, Zone

RULES = load_rules()
LABELS = [
    "身分證字號：", "居留證號 ", "護照號碼 ", "健保卡號：", "手機 ", "聯絡電話：", "匯款帳號：", "信用卡號 ", "車號 ",
    "密碼：", "姓名：", "陳情人：", "生日 ", "戶籍地址：", "病歷 ", "\t", "\n", "　", "，", "（", "-", "_", "①",
]  # fmt: skip
MAKERS = [
    Inventor.national_id, Inventor.mobile, Inventor.telephone, Inventor.passport, Inventor.health_card,
    Inventor.account, Inventor.card,
    Inventor.plate, Inventor.password, Inventor.old_resident, Inventor.mrz_names, Inventor.mrz_numbers,
    lambda _: "林示範", lambda _: "歐陽虛構", lambda _: "71.5.6", lambda _: "虛構縣示範市中山路一段12號3樓",
]  # fmt: skip


@st.composite
def values(draw: st.DrawFn) -> str:
    inventor = Inventor(draw(st.integers(0, 9)))
    return str(draw(st.sampled_from(MAKERS))(inventor))


def texts() -> st.SearchStrategy[str]:
    fragment = st.one_of(st.sampled_from(LABELS), values(), st.text(max_size=6))
    return st.lists(fragment, max_size=12).map("".join)


def cells() -> st.SearchStrategy[tuple[str, ...]]:
    heading = st.sampled_from(["姓名", "身分證字號", "手機", "住址", "密碼", "匯款帳號", "出生日期", "車號"])
    return st.lists(st.one_of(heading, values(), st.text(max_size=4)), min_size=2, max_size=5).map(tuple)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    zones = st.sampled_from([Zone.BODY, Zone.HEADER, Zone.COMMENT, Zone.DELETED, Zone.SUBJECT])
    passages = [Passage(draw(zones), draw(texts()), draw(texts())) for _ in range(draw(st.integers(0, 5)))]
    for row in draw(st.lists(cells(), max_size=4)):
        passages.append(Passage(Zone.SHEET, "\t".join(row), draw(texts()) + "!A1", cells=row, part="名冊"))
    label = "MSIP_Label_00000000-0000-0000-0000-000000000000_Name"
    return Reading(ReadStatus.SCANNED, "xlsx", passages=tuple(passages), properties={label: draw(texts())})


@settings(max_examples=300, deadline=None)
@given(reading=readings(), path=st.lists(texts(), min_size=1, max_size=3).map("/".join))
@example(
    reading=Reading(ReadStatus.SCANNED, "txt", passages=(Passage(Zone.BODY, "陳情人：林示範"),)),
    path="林示範/林 示 範.docx",
)
def test_no_found_value_leaves_the_room_in_clear(reading: Reading, path: str) -> None:
    named = tuple(Passage(Zone.PATH, part) for part in [p for p in path.split("/") if p][-PATH_COMPONENTS:])
    gathered = Gathered(RULES, People(KEY), Concealer())
    stretch = Slice(Manuscript.of(named + reading.passages))
    hits = find_hits(stretch, path, RULES, today=TODAY, gathered=gathered)
    gathered.take(hits)
    judgement = judge(reading, meta(path), RULES, KEY)
    shown = (
        json.dumps(as_row(judgement), ensure_ascii=False)
        + repr(judgement)
        + repr(hits)
        + repr(gathered)
        + repr(meta(path))
    )
    for name, found in hits.values.items():
        detector = RULES.by_id[name]
        if detector.report == "never" and detector.mask == "leading":
            continue  # amounts and company numbers only bear other rules and are public by themselves
        for hit in found:
            assert hit.value not in shown, name
            assert hit.raw.strip() not in shown, name


@settings(max_examples=60, deadline=None)
@given(data=st.one_of(st.binary(max_size=300), texts().map(str.encode)), path=texts())
def test_a_worker_answers_one_row_whatever_it_is_given(data: bytes, path: str) -> None:
    rows = answered_rows(handle(request(meta(path or "x"), (data,), key=KEY)))
    assert len(rows) >= 1
    assert {"path", "status", "reason", "mark", "categories", "verdict", "severity", "hints"} <= set(rows[0])
