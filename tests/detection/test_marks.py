"""Marks: a document's own mark is told from words about marks, and its defects are named."""

from __future__ import annotations

from datetime import date

import pytest

from detection.written import KEY, TODAY, meta, placed, reading
from inspection.detection.judge import Judgement, as_row, judge
from inspection.detection.marks import MarkReading, read_marks
from inspection.detection.normalise import Manuscript
from inspection.detection.ruleset import load_rules
from inspection.extraction.passage import Passage, Reading
from inspection.vocabulary import ReadReason, ReadStatus, Verdict, Zone

RULES = load_rules()
BOOK = RULES.marking


def read(document: Reading, path: str = "文件.docx", today: date = TODAY) -> MarkReading:
    return read_marks(Manuscript.of(document.passages), document.properties, path, BOOK, today=today)


def judged(document: Reading, **known: object) -> Judgement:
    return judge(document, meta(**known), RULES, KEY)


@pytest.mark.parametrize("example", BOOK.examples, ids=lambda e: f"{e.zone}-{e.text}")
@pytest.mark.clause("S2-01")
def test_each_example_is_read_as_its_level(example) -> None:  # type: ignore[no-untyped-def]
    mark = read(placed(example.zone, example.paragraph, example.text)).mark
    assert mark is not None
    assert (mark.level, mark.code) == (example.level, example.condition)


@pytest.mark.parametrize("example", BOOK.counter_examples, ids=lambda e: e.text)
def test_each_counter_example_is_no_mark(example) -> None:  # type: ignore[no-untyped-def]
    assert read(placed(example.zone, example.paragraph, example.text)).mark is None


@pytest.mark.parametrize(
    ("zone", "text", "level", "copy_number"),
    [
        (Zone.HEADER, "臺東市公所\t密", "密", None),
        (Zone.HEADER, "密　第 1 頁", "密", None),
        (Zone.HEADER, "（密）第 3 號", "密", "3"),
        (Zone.FOOTER, "限閱", "限閱", None),
        (Zone.HEADER, "密 第003號/共12份", "密", "003"),
        (Zone.HEADER, "臺東市公所 密", "密", None),
        (Zone.HEADER, "密等：密", "密", None),
        (Zone.BODY, "密等及解密條件或保密期限：密，本件至116年12月31日解密", "密", None),
        (Zone.FIRST_HEADER, "極 機 密", "極機密", None),
        (Zone.MASTER, "機敏資料", "機敏資料", None),
        (Zone.TEXT_BOX, "密\n本件至116年12月31日解密", "密", None),
        (Zone.SUBJECT, "RE: 【密】某案辦理情形", "密", None),
        (Zone.LABEL_ELEMENT, "密", "密", None),
        (Zone.LABEL_ELEMENT, "密（本件於公布時解密）", "密", None),
        (Zone.TABLE, "密等及解密條件或保密期限\t密（本件於公布時解密）", "密", None),
        (Zone.BODY, "密等及解密條件或保密期限：□絕對機密□極機密□機密■密", "密", None),
        (Zone.BODY, "機密等級：○絕對機密 ○極機密 ○機密 ●密 ○普通　解密條件：保密期限：12年", "密", None),
        (Zone.BODY, "密等：（　）機密（V）密（　）普通", "密", None),
        (Zone.HEADER, "□絕對機密 □極機密 □機密 ■密", "密", None),
        (Zone.HEADER, "－機敏資料－", "機敏資料", None),
        (Zone.HEADER, "【密】編號：002/012 行政課 第1頁", "密", "002/012"),
        (Zone.BODY, "密別：密（保密期限：6年）", "密", None),
        (Zone.FOOTER, "＊密＊（本件於公布時解密）", "密", None),
        (Zone.HEADER, "機敏資料 SENSITIVE", "機敏資料", None),
        (Zone.HEADER, "CONFIDENTIAL 密", "密", None),
        (Zone.BODY, "速別：最速件　密等：密　解密條件：本件至民國118年1月21日解密　附件：如文", "密", None),
        (Zone.HEADER, "應考須知密等及解密條件或保密期限： 密（117年12月31日後解密）", "密", None),
    ],
)
@pytest.mark.clause("S2-02")
def test_a_mark_is_read_in_every_zone_of_marks(zone: Zone, text: str, level: str, copy_number: str | None) -> None:
    mark = read(placed(zone, 0, text)).mark
    assert mark is not None
    assert (mark.level, mark.zone, mark.copy_number) == (level, zone, copy_number)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (Zone.HEADER, "公務 機密 維護 宣導"),
        (Zone.HEADER, "□絕對機密 □極機密 □機密 □密"),
        (Zone.BODY, "密"),
        (Zone.COMMENT, "機密"),
        (Zone.DELETED, "機密"),
        (Zone.HIDDEN, "機密"),
        (Zone.BODY, "密等及解密條件或保密期限：□絕對機密□極機密□機密□密"),
        (Zone.BODY, "密等及解密條件或保密期限：無"),
        (Zone.PROPERTY, "機密"),
        (Zone.HEADER, "密碼"),
        (Zone.HEADER, "1150001 密 某案"),
        (Zone.HEADER, "密件"),
        (Zone.BODY, "密等：絕對機密／極機密／機密／密"),
        (Zone.HEADER, "密 等及解密條件或保密期限：—"),
        (Zone.BODY, "速別：普通件　密等：普通　附件：密封袋一只"),
        (Zone.BODY, "機密等級：○絕對機密 ○極機密 ○機密 ○密 ●普通"),
        (Zone.BODY, "※密"),
    ],
)
def test_what_only_looks_like_a_mark_is_none(zone: Zone, text: str) -> None:
    assert read(placed(zone, 0, text)).mark is None


def test_the_label_and_its_value_may_stand_in_two_paragraphs() -> None:
    document = reading("密等及解密條件或保密期限：\n密（本件於公布時解密）\n主旨：某案")
    mark = read(document).mark
    assert mark is not None
    assert (mark.level, mark.code) == ("密", "on_publication")


def test_a_struck_mark_is_none() -> None:
    assert read(reading("內文", Passage(Zone.HEADER, "密", struck=True))).mark is None


def label_and(*passages: Passage) -> Reading:
    return reading("", Passage(Zone.BODY, "密等及解密條件或保密期限：", ordinal=0), *passages)


def test_a_struck_value_behind_its_label_is_none_and_what_replaced_it_counts() -> None:
    struck = Passage(Zone.BODY, "機密（本件於公布時解密）", ordinal=1, struck=True)
    assert read(label_and(struck)).mark is None
    assert read(label_and(struck, Passage(Zone.BODY, "普通", ordinal=2))).mark is None
    assert read(label_and(struck, Passage(Zone.BODY, "產品型錄", ordinal=2))).mark is None
    replaced = read(label_and(struck, Passage(Zone.BODY, "密（附件抽存後解密）", ordinal=2))).mark
    assert replaced is not None
    assert (replaced.level, replaced.code) == ("密", "attachment_removed")


@pytest.mark.parametrize("above", ["講習教材\n機密等級", "機密等級有幾種？", "密等：", "1\n2\n3\n4\n5\n6\n機密等級"])
@pytest.mark.parametrize("zone", [Zone.BODY, Zone.SLIDE])
def test_a_list_of_levels_explains_and_marks_nothing(above: str, zone: Zone) -> None:
    lines = [*above.split("\n"), "絕對機密", "極機密", "機密", "密", "核定權責"]
    passages = tuple(Passage(zone, line, ordinal=n) for n, line in enumerate(lines))
    assert read(Reading(ReadStatus.SCANNED, "pptx", passages=passages)).mark is None
    marked = (*passages, Passage(Zone.HEADER, "限閱"))
    mark = read(Reading(ReadStatus.SCANNED, "pptx", passages=marked)).mark
    assert mark is not None
    assert mark.level == "限閱"


def test_explained_levels_below_a_heading_are_none() -> None:
    assert read(reading("機密等級\n絕對機密：洩漏後足以使國家安全遭受非常重大損害\n極機密：洩漏後足以使…")).mark is None


def test_a_condition_in_a_paragraph_of_its_own_stands_for_the_mark_beside_it() -> None:
    for wording, code in (
        ("其他（其他特別條件或另行檢討後辦理解密）", "other"),
        ("另行檢討後解密", "other"),
        ("本件於公布時解密", "on_publication"),
    ):
        mark = read(reading("內文", Passage(Zone.FOOTER, "【密】"), Passage(Zone.FOOTER, wording))).mark
        assert mark is not None
        assert (mark.code, mark.defects) == (code, ())


def test_a_period_runs_from_the_document_s_date_and_from_no_other() -> None:
    mark = Passage(Zone.FOOTER, "【極機密】\n保密期限：9年")
    of_a_birth = read(reading("姓名：林示範 出生日期：87.03.20\n裁判日期：87.03.20", mark)).mark
    of_the_letter = read(reading("發文日期：中華民國100年3月20日", mark)).mark
    assert of_a_birth is not None
    assert of_the_letter is not None
    assert of_a_birth.defects == ()
    assert of_the_letter.defects == ("D04",)


def test_a_letterspaced_label_below_a_table_is_still_the_label() -> None:
    row = ("密", "等及解密條件或保密期限：密（本件於公布時解密）")
    mark = read(reading("紀錄", Passage(Zone.TABLE, "\t".join(row), cells=row))).mark
    assert mark is not None
    assert (mark.level, mark.code) == ("密", "on_publication")


def table(*rows: tuple[str, ...], title: str = "") -> Reading:
    passages = [Passage(Zone.BODY, title)] if title else []
    passages += [Passage(Zone.TABLE, "\t".join(row), ordinal=n, cells=row, part="表格 1") for n, row in enumerate(rows)]
    return Reading(ReadStatus.SCANNED, "docx", passages=tuple(passages))


def test_the_head_of_a_letter_drawn_as_a_table_is_a_mark_and_a_register_is_none() -> None:
    heads = ("速別", "密等及解密條件或保密期限", "附件")
    mark = read(table(heads, ("普通件", "密（本件於公布時解密）", "如文"), title="會商紀錄")).mark
    assert mark is not None
    assert (mark.level, mark.code) == ("密", "on_publication")
    assert read(table(heads, ("普通件", "普通", "密封"))).mark is None
    assert read(table(heads, ("普通件", "密", "如文"), ("速件", "密", "無"))).mark is None
    assert read(table(("文號", "密等", "主旨"), ("1", "密", "某案"))).mark is None


def test_a_property_named_as_the_label_holds_the_mark() -> None:
    named = reading("內文", properties={"密等": "限閱", "title": "機密"})
    mark = read(named).mark
    assert mark is not None
    assert (mark.level, mark.zone) == ("限閱", Zone.PROPERTY)
    assert read(reading("內文", properties={"密等": "普通"})).mark is None


def test_a_condition_left_blank_behind_its_label_is_a_defect() -> None:
    mark = read(reading("密等及解密條件或保密期限：密（解密條件：　　　　　　）")).mark
    assert mark is not None
    assert (mark.blank, mark.defects) == (True, ("D02",))


def test_a_register_with_a_column_of_levels_is_not_marked() -> None:
    rows = [("文號", "密等", "主旨"), ("1", "機密", "某案"), ("2", "密", "他案")]
    sheet = tuple(Passage(Zone.SHEET, "\t".join(row), f"清冊!A{n}", n, row) for n, row in enumerate(rows))
    assert read(Reading(ReadStatus.SCANNED, "xlsx", passages=sheet)).mark is None


def test_a_mark_in_the_first_cell_of_a_sheet_counts() -> None:
    rows = [("密", "", ""), ("姓名", "電話", "")]
    sheet = tuple(Passage(Zone.SHEET, "\t".join(row), f"清冊!A{n}", n, row) for n, row in enumerate(rows))
    mark = read(Reading(ReadStatus.SCANNED, "xlsx", passages=sheet)).mark
    assert mark is not None
    assert mark.level == "密"


@pytest.mark.parametrize("path", ["【密】底價.docx", "案件_機密_2026.docx", "密件-名冊.xlsx"])
def test_a_level_only_in_the_file_name_is_no_mark_but_a_hint(path: str) -> None:
    seen = read(reading("內文"), path)
    assert (seen.mark, seen.hints) == (None, ("D03",))


def test_a_level_deep_in_the_body_is_no_mark_but_a_hint() -> None:
    seen = read(placed(Zone.BODY, 20, "機密"))
    assert (seen.mark, seen.hints) == (None, ("D03",))


@pytest.mark.parametrize(
    ("value", "code", "ends_on", "defects"),
    [
        ("密（本件至116年12月31日解密）", "on_date", date(2027, 12, 31), ()),
        ("密（本件至114年12月31日解密）", "on_date", date(2025, 12, 31), ("D04",)),
        ("密（本件至　年　月　日解密）", None, None, ("D02",)),
        ("密（本件至116年　月　日解密）", None, None, ("D02",)),
        ("密（本件至116年2月30日解密）", "on_date", None, ("D02",)),
        ("密", None, None, ("D02",)),
        ("機密（保密期限：20年）", "period", None, ("D05",)),
        ("機密（本件至140年1月1日解密）", "on_date", date(2051, 1, 1), ("D05",)),
        ("極機密（永久保密期限：永久）", "period", None, ("D05",)),
        ("密（保存年限屆滿後解密）", "retention_expired", None, ()),
        ("密（會議結束後解密）", "meeting_or_work_done", None, ()),
        ("密（俟本案奉准後解密）", "other", None, ()),
    ],
)
@pytest.mark.clause("S2-15")
def test_conditions_and_their_defects(value: str, code: str | None, ends_on: date | None, defects: tuple) -> None:  # type: ignore[type-arg]
    mark = read(reading(f"某機關 函\n密等及解密條件或保密期限：{value}")).mark
    assert mark is not None
    assert (mark.code, mark.ends_on, mark.defects) == (code, ends_on, defects)


def test_a_period_counts_from_the_day_of_issue() -> None:
    mark = read(reading("發文日期：中華民國110年3月1日\n密等及解密條件或保密期限：密（保密期限：3年）")).mark
    assert mark is not None
    assert (mark.ends_on, mark.defects) == (date(2024, 3, 1), ("D04",))


@pytest.mark.parametrize("word", ["限閱", "機敏資料"])
@pytest.mark.clause("S2-07")
def test_what_is_no_level_needs_no_condition(word: str) -> None:
    judgement = judged(placed(Zone.HEADER, 0, word))
    assert judgement.mark is not None
    assert (judgement.mark.defects, judgement.verdict) == ((), Verdict.MARKED)


def test_the_highest_mark_wins_and_takes_the_condition_found_elsewhere() -> None:
    document = reading(
        "密等及解密條件或保密期限：密（本件於公布時解密）",
        Passage(Zone.WATERMARK, "機敏資料"),
        Passage(Zone.HEADER, "密"),
    )
    judgement = judged(document)
    assert judgement.mark is not None
    assert (judgement.mark.level, judgement.mark.code, judgement.verdict) == ("密", "on_publication", Verdict.MARKED)


def label(name: str, enabled: str = "true") -> dict[str, str]:
    prefix = "MSIP_Label_00000000-0000-0000-0000-000000000000_"
    return {prefix + "Name": name, prefix + "Enabled": enabled}


def test_a_microsoft_label_is_named_as_such_and_no_national_secret() -> None:
    judgement = judged(reading("內文", properties=label("機密")))
    assert judgement.mark is not None
    assert (judgement.mark.level, judgement.verdict) == ("Microsoft 敏感度標籤：機密", Verdict.MARKED)
    assert judgement.status is ReadStatus.SCANNED


@pytest.mark.parametrize("properties", [label("一般"), label("Public"), label("Confidential", "false")])
def test_a_microsoft_label_that_protects_nothing_is_no_mark(properties: dict[str, str]) -> None:
    assert read(reading("內文", properties=properties)).mark is None


def test_a_national_secret_stops_and_keeps_nothing() -> None:
    document = reading("密等及解密條件或保密期限：機密（本件於公布時解密）\n核定底價：新臺幣9,876,000元")
    judgement = judged(document)
    row = as_row(judgement)
    assert (judgement.status, judgement.reason) == (ReadStatus.SKIPPED, ReadReason.NATIONAL_SECRET_MARK)
    assert (row["categories"], row["verdict"], row["mark"]["level"]) == ([], "marked", "機密")
    assert judgement.is_national_secret
    assert judgement.severity == "critical"


def test_wide_readers_of_a_marked_file_are_a_finding_beside_the_verdict() -> None:
    secret = judged(reading("密等及解密條件或保密期限：密（本件於公布時解密）"), broad_readers=("Everyone",))
    assert (secret.verdict, secret.hints) == (Verdict.MARKED, ("D06",))
    restricted = judged(placed(Zone.HEADER, 0, "限閱"), broad_readers=("Domain Users",))
    assert (restricted.verdict, restricted.hints) == (Verdict.MARKED, ("D07",))


def test_a_marked_press_release_is_hinted_as_marked_too_high() -> None:
    assert "D10" in judged(reading("新聞稿\n密等及解密條件或保密期限：密（本件於公布時解密）")).hints
