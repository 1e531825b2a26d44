"""What is sensitive enough to report, how severe it is, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from detection.invented import Inventor, filled
from detection.written import KEY, meta, reading
from inspection.detection.judge import Judgement, as_row, judge, path_bearing, shown_path
from inspection.detection.ruleset import load_rules
from inspection.extraction.passage import Passage, Reading
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus, Severity, Verdict, Zone

RULES = load_rules()
EXTRA = os.environ.get("INSPECTION_EXTRA_CORPUS")
STATUTES = sorted((Path(EXTRA) / "statutes").iterdir()) if EXTRA and (Path(EXTRA) / "statutes").is_dir() else []


def judged(text: str, path: str = "民政課/文件.docx", *, seed: int = 1, **known: object) -> Judgement:
    written, _ = filled(text, Inventor(seed))
    return judge(reading(written), meta(path, **known), RULES, KEY)


def id_table(people: int, seed: int = 1) -> str:
    inventor = Inventor(seed)
    return "\n".join(["編號\t姓名\t身分證字號", *(f"{n + 1}\t林示範\t{inventor.national_id()}" for n in range(people))])


def residents(people: int, headings: str = "姓名\t住址\t電話") -> str:
    inventor = Inventor(2)
    rows = [f"林示範\t虛構縣示範市中山路一段{n + 1}號\t{inventor.mobile()}" for n in range(people)]
    return "\n".join([headings, *rows])


REPORTED = {
    "one person's identifier": ("姓名：林示範\n身分證字號：<NID>", "PII-NID"),
    "an account": ("戶名：林示範 匯款帳號：<ACCT>", "FIN-ACCT"),
    "an illness": ("姓名：林示範\n診斷證明書\n病名：高血壓", "TOP-MEDICAL"),
    "a criminal record": ("被告：林示範 前科：竊盜", "TOP-CRIM"),
    "who complained": ("陳情人：林示範 電話：<MOBILE>", "TOP-WHISTLE"),
    "a price before award": ("採購案底價單\n核定底價：新臺幣3,450,000元整", "TOP-PROC-PRICE"),
    "a price in Chinese numerals": ("核定底價：新臺幣參佰肆拾伍萬元整", "TOP-PROC-PRICE"),
    "a price in a table": ("項目\t金額\n核定底價\t3450000", "TOP-PROC-PRICE"),
    "residents' phones and addresses": (residents(5), "PII-ADDR"),
    "a name in a spaced heading": ("姓　名\t病　名\n林示範\t糖尿病", "TOP-MEDICAL"),
    "boxes of a form, one character each": (
        "身分證字號\t" + "\t".join(Inventor(4).national_id()),
        "PII-NID",
    ),
    "a number broken by a line end": ("身分證字號：<NID-BROKEN>", "PII-NID"),
}
LETTER = """虛構縣示範市公所　函
地址：虛構縣示範市中山路77號
承辦人：行政課 林示範
電話：<TEL>分機141
受文者：如正副本
"""
REPORTED["answers behind an exam"] = ("甲組卷\n【標準答案】1(2)、2(2)、3(1)", "TOP-EXAM")
REPORTED["answers in groups of five"] = ("標準答案：1-5 ABCDA 6-10 BBCDA", "TOP-EXAM")
REPORTED["an exam in letter writing"] = (
    "約僱人員甄試　試題卷\n科目：公文寫作\n命題：（一）單選題\n配分：每題2分",
    "TOP-EXAM",
)
REPORTED["a complaint in a letter"] = (LETTER + "陳情人：林示範\n住址：虛構縣示範市中山路一段8號", "TOP-WHISTLE")
REPORTED["a register whose street is called 示例"] = (
    "姓名\t身分證字號\t地址\n" + "\n".join("林示範\t<NID>\t虛構縣示例路1號" for _ in range(5)),
    "PII-NID",
)
REPORTED["members with addresses under headings cut over lines"] = (
    "隊員\tTEL\t通訊\r地址\n" + "\n".join(f"林示範\t<MOBILE>\t虛構縣示範市中山路{n}號" for n in range(5)),
    "PII-MOBILE",
)
REPORTED["an account written in groups of four"] = ("戶名：林示範 匯款帳號 1234 5678 901234", "FIN-ACCT")
LEFT_ALONE = {
    "polling stations": "投開票所\t設置地點\t地址\n"
    + "\n".join(f"第{n}投開票所\t國小\t虛構縣示範市中山路{n}號" for n in range(1, 9)),
    "shops": "店家\t服務電話\t地址\n" + "\n".join(f"示範麵店\t<TEL>\t虛構縣示範市中山路{n}號" for n in range(1, 9)),
    "a sample row": "說明\t身分證字號\n範例\t<NID>",
    "a letter that forwards a rule": LETTER + "主旨：檢送保密規定乙份。\n一、檢舉人之姓名、住址，受理機關應予保密。",
    "an office's own phones": "單位\t姓名\t分機\t電話\n" + "\n".join(f"工務課\t林示範\t{n}\t<TEL>" for n in range(25)),
    "a vendor list": "廠商名稱\t統一編號\t地址\t電話\n"
    + "\n".join(f"虛構營造\t<UBN>\t虛構縣示範市中山路{n}號\t<MOBILE>" for n in range(12)),
    "a lone phone number": "聯絡電話：<MOBILE>",
    "a letter head": "某機關 函\n地址：950虛構縣示範市中山路1號\n承辦人：林示範\n電話：<TEL>#123\n傳真：<TEL>",
    "awareness material": "公務機密維護宣導\n檢舉人身分應予保密，不得洩漏姓名、住址。\n底價於開標前應保密。",
    "a blank form": "診斷證明書\n姓名：　　　　性別：\n身分證字號：□□□□□□□□□□\n病名：",
    "a published award": "決標公告\n標案名稱：某工程\n核定底價：新臺幣3,450,000元\n決標金額：3,300,000元",
    "sample values": "填寫範例\n姓名：王小明\n身分證字號：A123456789\n手機：0912345678",
    "a sample form with one number": "申請書（範例）\n姓名：林示範\n身分證字號：<NID>",
    "numbers of letters": "東市政字第 <MOBILE> 號函\n府政字第<PASSPORT>號",
    "part numbers": "料號\t數量\n<NID>\t3\n<NID>\t4",
    "a wrong check digit": "身分證字號：<NID-WRONG>",
}


@pytest.mark.parametrize("what", REPORTED)
@pytest.mark.clause("S1-05")
def test_what_is_sensitive_is_reported(what: str) -> None:
    text, detector = REPORTED[what]
    judgement = judged(text)
    assert judgement.verdict is Verdict.UNMARKED_SENSITIVE
    assert detector in {category.detector for category in judgement.categories}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_is_no_secret_is_left_alone(what: str) -> None:
    for seed in range(3):
        judgement = judged(LEFT_ALONE[what], seed=seed)
        assert (judgement.verdict, judgement.categories, judgement.severity) == (Verdict.CLEAN, (), None)


@pytest.mark.clause("S4-23")
def test_people_are_counted_once_and_shown_masked() -> None:
    number = Inventor(6).national_id()
    (category,) = judged(f"身分證字號：{number}\n身分證字號：{number}").categories
    assert (category.count, category.people) == (2, 1)
    assert [excerpt.text for excerpt in category.excerpts] == [number[:6] + "****"]
    assert category.ground == "個人資料保護法第18條"
    assert category.remedies == ("移置", "限權", "遮蔽", "刪除", "標示")


@pytest.mark.parametrize(
    ("people", "severity"), [(5, Severity.HIGH), (20, Severity.CRITICAL), (100, Severity.CRITICAL)]
)
def test_many_people_raise_the_severity(people: int, severity: Severity) -> None:
    judgement = judged(id_table(people))
    (category,) = judgement.categories
    assert (category.people, judgement.severity) == (people, severity)


@pytest.mark.clause("S4-23")
def test_who_may_read_the_file_raises_the_severity_and_awareness_folders_lower_it() -> None:
    text = "身分證字號：<NID>"
    assert judged(text).severity is Severity.HIGH
    assert judged(text, broad_readers=()).severity is Severity.HIGH
    assert judged(text, broad_readers=("Everyone",)).severity is Severity.CRITICAL
    assert judged(text, path="政風室/宣導/講義.docx").severity is Severity.MEDIUM
    assert judged("<NID>").severity is Severity.MEDIUM


def test_a_marked_file_is_marked_whatever_it_holds() -> None:
    text = "密等及解密條件或保密期限：密（本件於公布時解密）\n身分證字號：<NID>"
    judgement = judged(text)
    assert (judgement.verdict, judgement.severity) == (Verdict.MARKED, None)
    assert [category.detector for category in judgement.categories] == ["PII-NID"]


def test_a_secret_meeting_without_mark_is_hinted() -> None:
    assert "D08" in judged("機敏會議紀錄\n出席人員：\n討論事項：\n決議：").hints


@pytest.mark.parametrize("reason", [ReadReason.ENCRYPTED, ReadReason.CORRUPT])
def test_what_could_not_be_read_is_unknown_not_clean(reason: ReadReason) -> None:
    row = as_row(judge(Reading(ReadStatus.UNREADABLE, "docx", reason), meta(), RULES, KEY))
    assert (row["status"], row["reason"], row["verdict"]) == ("unreadable", reason.value, "unknown")


def test_a_scan_without_text_is_unknown() -> None:
    nothing = Reading(ReadStatus.UNREADABLE, "pdf", ReadReason.NO_TEXT_LAYER)
    assert judge(nothing, meta(), RULES, KEY).verdict is Verdict.UNKNOWN


def test_a_hit_in_a_path_counts_and_is_masked_everywhere() -> None:
    number = Inventor(8).national_id()
    judgement = judged("一般文字", path=f"社會課/{number}/申請書.docx")
    assert judgement.verdict is Verdict.UNMARKED_SENSITIVE
    assert judgement.path_shown == f"社會課/{number[:6]}****/申請書.docx"
    assert [excerpt.locator for excerpt in judgement.categories[0].excerpts] == ["檔名"]


def test_a_name_found_inside_is_hidden_in_the_path_too() -> None:
    judgement = judged("陳情人：林示範 電話：<MOBILE>", path="政風室/林示範陳情案.docx")
    assert judgement.path_shown == "政風室/林○範陳情案.docx"


def test_a_path_without_hits_is_shown_as_it_is() -> None:
    assert shown_path("工務課/115標案（一）/底價.xlsx", RULES, today=meta().today) == "工務課/115標案（一）/底價.xlsx"


def test_copies_are_judged_alike_only_where_their_paths_bear_the_same() -> None:
    def bearing(path: str) -> object:
        return path_bearing(path, RULES, today=meta().today)

    assert bearing("甲/名單.docx") == bearing("乙/清單.docx")
    assert bearing("甲/名單.docx") != bearing("甲/名單.xlsx")
    assert bearing("甲/名單.docx") != bearing("宣導/名單.docx")
    assert bearing("甲/名單.docx") != bearing("甲/護照號碼.docx")


def test_where_texts_are_read_by_meaning_a_name_bears_its_phrases() -> None:
    rules = load_rules(second_reading=True)

    def bearing(path: str) -> object:
        return path_bearing(path, rules, today=meta().today)

    assert bearing("甲/名單.docx") == bearing("乙/名單.docx")
    assert bearing("甲/名單.docx") != bearing("甲/初評名次.docx")


def test_sheet_numbers_under_a_heading_are_found_with_their_cell() -> None:
    mobile = Inventor(9).mobile()
    rows = [("姓名", "住址", "手機")]
    rows += [("林示範", f"虛構縣示範市中山路{n}號", str(int(Inventor(n).mobile()))) for n in range(5)]
    sheet = tuple(
        Passage(Zone.SHEET, "\t".join(row), f"名冊!A{n}", n, row, part="名冊") for n, row in enumerate(rows, 1)
    )
    judgement = judge(Reading(ReadStatus.SCANNED, "xlsx", passages=sheet), meta(), RULES, KEY)
    phones = next(category for category in judgement.categories if category.detector == "PII-MOBILE")
    assert (phones.count, phones.people, phones.excerpts[0].locator) == (5, 5, "名冊!A2")
    assert mobile[1:] not in str(judgement)


if STATUTES:  # real files an installation may add; without them nothing is collected here

    @pytest.mark.parametrize("statute", STATUTES, ids=lambda path: path.name)
    def test_a_statute_is_clean_until_a_record_is_planted_in_it(statute: Path) -> None:
        clean = read_file(statute.read_bytes(), name=statute.name)
        assert judge(clean, meta(statute.name), RULES, KEY).verdict is Verdict.CLEAN
        middle = len(clean.passages) // 2
        for text, detector in ((id_table(5), "PII-NID"), ("底價單\n核定底價：新臺幣3,450,000元", "TOP-PROC-PRICE")):
            planted = reading(text).passages
            passages = (*clean.passages[:middle], *planted, *clean.passages[middle:])
            judgement = judge(Reading(ReadStatus.SCANNED, "html", passages=passages), meta(statute.name), RULES, KEY)
            found = {category.detector: category.people for category in judgement.categories}
            assert judgement.verdict is Verdict.UNMARKED_SENSITIVE
            assert found.get(detector) == (5 if detector == "PII-NID" else 0)
