"""Files of every kind the rules of detectors and marks speak of, and what is judged of them under any rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detection.invented import Inventor, filled
from detection.test_judge import LEFT_ALONE, REPORTED
from detection.written import KEY, TODAY, meta, placed, reading
from inspection.detection.findings import hits_of
from inspection.detection.judge import as_row, judge
from inspection.detection.normalise import Manuscript
from inspection.detection.ruleset import compile_rules
from inspection.extraction.passage import Passage, Reading
from inspection.rules.catalogue import Catalogue
from inspection.rules.detectors import DetectorBook
from inspection.rules.marking import MarkingBook
from inspection.vocabulary import ReadStatus, Zone

LABEL = "密等及解密條件或保密期限："
MARKED = (
    f"{LABEL}密，本件至116年12月31日解密",
    f"{LABEL}密（本件至114年12月31日解密）",
    f"{LABEL}密（本件至　年　月　日解密）",
    f"{LABEL}密",
    f"{LABEL}機密（保密期限：20年）",
    f"{LABEL}密（解密條件：　　　　）",
    f"{LABEL}□絕對機密□極機密□機密■密",
    f"{LABEL}\n密（本件於公布時解密）\n主旨：某案",
    f"{LABEL}普通",
    f"新聞稿\n{LABEL}密（本件於公布時解密）",
    f"發文日期：中華民國110年3月1日\n{LABEL}密（保密期限：3年）",
    f"發文日期：中華民國110年3月1日\n保存年限：3年\n{LABEL}密（保存年限屆滿後解密）",
    "姓名：林示範\n身分證字號：<NID>",
)
HEADERS = (
    "密", "限閱", "密件", "－機敏資料－", "機敏資料 SENSITIVE", "密 第003號/共12份", "※密", "RE: 【密】某案", "【密】",
)  # fmt: skip
PATHS = ("工務課/文件.docx", "宣導/範例.docx", "【密】底價.docx", "考績評分清冊.xlsx", "投標須知範本/空白申請書.docx")


MANY = 520
"""More than a tenth of the hits kept of one detector."""


@dataclass(slots=True)
class Readings:
    """Every text, with the values in it made up once."""

    book: DetectorBook
    marking: MarkingBook
    texts: list[tuple[Reading, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        written = [text for one in self.book.detectors for text in (*one.cases.hit, *one.cases.miss)]
        written += [text for text, _ in REPORTED.values()] + list(LEFT_ALONE.values()) + list(MARKED)
        for number, text in enumerate(written):
            self.texts.append((reading(filled(text, Inventor(number))[0]), PATHS[0]))
        person = "姓名：林示範\n身分證字號：<NID>\n核定底價：新臺幣3,450,000元整\n病名：高血壓"
        table = "編號\t姓名\t身分證字號\n" + "\n".join("1\t林示範\t<NID>" for _ in range(120))
        far = "本案辦理情形如下，經查明後依規定辦理。\n" * 12
        row = "\n".join("林示範\t虛構縣示範市中山路1號\t<MOBILE>" for _ in range(6))
        firm = "\n".join("甲\t林示範\t虛構縣示範市中山路1號\t<MOBILE>" for _ in range(6))
        homes = "\n".join(f"林示範\t虛構縣示範市中山路{number}號\t<MOBILE>" for number in range(1, 13))
        more = {
            f"姓名\t通訊地址\t電話\n{homes}": PATHS[0],
            f"{far}姓名：林示範\n例如身分證字號：<NID>": PATHS[0],
            "採購案底價單\n核定底價：新臺幣3,450,000元整": "工務課/保密宣導.docx",
            "約僱人員甄試\n配分：每題2分": "人事室/試題.docx",
            f"姓名\t地址\t電話\n{row}": PATHS[0],
            f"公司\t姓名\t住址\t電話\n{firm}": PATHS[0],
            "姓名：上官示範\n診斷證明書\n病名：高血壓": PATHS[0],
            "姓名：林先生\n診斷證明書\n病名：高血壓": PATHS[0],
            "身分證字號或料號\t數量\n<NID>\t3": PATHS[0],
            f"陳情人：林示範\n{far}電話：<MOBILE>": PATHS[0],
            "姓名\t上官虛構": PATHS[0],
            "標準答案": "人事室/試題.docx",
            "手機或統編\t備註\n<MOBILE>\t課": PATHS[0],
            "系統帳號\t戶名\n<ACCT>\t林示範": PATHS[0],
            "核定底價之保密": "採購/保密須知.docx",
            "113年約僱人員甄試 命題 標準答案 卷": "工務課/講義.docx",
            f"全戶戶籍資料\n{far[: len(far) // 3]}身分證字號：<NID>": PATHS[0],
            "編號\t金額\n1\t<MOBILE>\n2\t<MOBILE>": PATHS[0],
            # places open to all, and one to be kept secret
            f"公廁位置\t地址\t管理人手機\n{homes}": PATHS[0],
            f"庇護所一覽表\n公廁位置\t地址\t管理人手機\n{homes}": PATHS[0],
            "手機 <MOBILE>\n受文者：如正副本\n主旨：某案": PATHS[0],
            "113年約僱人員甄試 命題 標準答案 卷\n本次試題預定考試後公開": PATHS[0],
            "113年約僱人員甄試 命題 標準答案 卷\n本次試題業經公告": PATHS[0],
            "檢舉人身分保密\n電話：<MOBILE>": PATHS[0],
            "檢舉人身分保密\n姓名：林示範": PATHS[0],
            f"檢舉人：甲\n{far[:100]}\n電話：<MOBILE>": PATHS[0],
        }
        self.texts += [(reading(filled(text, Inventor(9))[0]), path) for text, path in more.items()]
        for text in (person, table):
            self.texts += [(reading(filled(text, Inventor(7))[0]), path) for path in PATHS]
        examples = [(one.zone, one.paragraph, one.text) for one in self.marking.examples]
        examples += [(one.zone, one.paragraph, one.text) for one in self.marking.counter_examples]
        self.texts += [(placed(*one), PATHS[0]) for one in examples]
        for zone in (Zone.HEADER, Zone.FOOTER, Zone.BODY, Zone.SUBJECT, Zone.TEXT_BOX, Zone.SHEET):
            self.texts += [(placed(zone, at, text), PATHS[0]) for text in HEADERS for at in (0, 9)]
        self.texts += [(one, PATHS[0]) for one in (*_tables(), *_labelled())]
        many = "\n".join("手機 <MOBILE>" for _ in range(MANY))
        self.texts.append((reading(filled(many, Inventor(5))[0]), PATHS[0]))

    def judged(self, catalogue: Catalogue) -> Iterator[str]:
        """What is judged of every one of them, one after the other."""
        rules = compile_rules(catalogue.detectors, catalogue.marking, backend="re")
        for number, (one, path) in enumerate(self.texts):
            of_file = meta(path, broad_readers=("Everyone",) if number % 2 else ())
            hits = hits_of(Manuscript.of(one.passages), path, rules, KEY, today=TODAY)
            yield f"{as_row(judge(one, of_file, rules, KEY))!r}\n{hits!r}"


def _tables() -> list[Reading]:
    heads = ("速別", LABEL.rstrip("："), "附件")
    found = []
    for title, rows in (
        ("會商紀錄", [heads, ("普通件", "密（本件於公布時解密）", "如文")]),
        ("", [("密", "", ""), ("姓名", "電話", "")]),
        ("", [("", "", ""), ("", "", "密")]),
        ("", [("文號", "密等", "主旨"), ("1", "機密", "某案"), ("2", "密", "他案")]),
    ):
        zone = Zone.TABLE if title else Zone.SHEET
        passages = [Passage(Zone.BODY, title)] if title else []
        passages += [Passage(zone, "\t".join(row), f"表!A{n}", n, row, part="表格 1") for n, row in enumerate(rows)]
        found.append(Reading(ReadStatus.SCANNED, "docx", passages=tuple(passages)))
    return found


def _labelled() -> list[Reading]:
    prefix = "MSIP_Label_00000000-0000-0000-0000-000000000000_"
    return [
        *(reading("內文", properties={prefix + "Name": name, prefix + "Enabled": "true"}) for name in ("機密", "一般")),
        reading("內文", properties={"密等": "限閱"}),
        reading("內文", properties={"title": "密"}),
    ]
