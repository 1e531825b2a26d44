"""How a paper is marked, badly marked, or only seems to be: each case with what a reader must make of it."""
# ruff: noqa: E501 - one case, one line: a table to be read downwards

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from quality.paper import Ink, Paper, Piece, Place

LABEL = "密等及解密條件或保密期限"
NATIONAL = {"機密", "極機密", "絕對機密"}
PLAIN_TEXT = {"txt", "txt_utf16", "txt_big5", "csv", "csv_big5"}


@dataclass(frozen=True)
class MarkCase:
    """`level` and `defects` are what must be read; `put` sets the case into a paper; `place` is what the format must hold."""

    name: str
    level: str | None
    defects: frozenset[str]
    put: Callable[[Paper], Paper]
    place: Place = Place.BODY
    never_in: frozenset[str] = frozenset()
    only_in: frozenset[str] = frozenset()


def _add(*pieces: Piece) -> Callable[[Paper], Paper]:
    return lambda paper: replace(paper, pieces=(*pieces, *paper.pieces))


def _end(*pieces: Piece) -> Callable[[Paper], Paper]:
    return lambda paper: replace(paper, pieces=(*paper.pieces, *pieces))


def _letter(line: str) -> Callable[[Paper], Paper]:
    head = (
        "虛構縣示範市公所　函", "受文者：如正副本行文單位", "發文日期：中華民國115年10月20日", "發文字號：示行字第1150012345號",
        "速別：普通件", line, "附件：如說明",
    )  # fmt: skip
    return _add(Piece(head))


def _element(level: str, condition: str) -> Callable[[Paper], Paper]:
    return lambda paper: replace(paper, level=level, condition=condition)


def _roc(day: date) -> str:
    return f"{day.year - 1911}年{day.month}月{day.day}日"


def cases(today: date) -> tuple[MarkCase, ...]:
    """All cases; `today` decides which dates lie behind."""
    ahead, behind = _roc(today.replace(year=today.year + 4, day=1)), _roc(today.replace(year=today.year - 2, day=1))
    far = _roc(today.replace(year=today.year + 45, day=1))
    none: frozenset[str] = frozenset()
    d02, d04, d05 = frozenset({"D02"}), frozenset({"D04"}), frozenset({"D05"})
    blank = frozenset({"BLANK"})
    layout = frozenset({"pptx", *PLAIN_TEXT})
    sheets = frozenset({"xlsx", "xls", "ods", "csv", "csv_big5", "eml_xlsx", "zip_zip_xlsx", "pptx"})
    di = frozenset({"di"})

    def good(name: str, line: str, level: str = "密") -> MarkCase:
        return MarkCase(name, level, none, _letter(line), never_in=di | sheets)

    filler = tuple(f"第{n}項：本案依年度計畫辦理，相關經費由業務費支應，並請各單位配合辦理。" for n in range(1, 10))
    return (
        good("label line with date", f"{LABEL}：密（本件至{ahead}解密）"),
        good("label line on publication, half-width", f"{LABEL}:密(本件於公布時解密)"),
        good("label line spread out", "密　等　及　解　密　條　件　或　保　密　期　限：密（附件抽存後解密）"),
        good("label line other condition", f"{LABEL}：密（其他（其他特別條件或另行檢討後辦理解密））"),
        good("label line national secret", f"{LABEL}：機密（本件至{ahead}解密）", "機密"),
        MarkCase("label line in header", "密", none, _add(Piece((f"{LABEL}：密（本件至{ahead}解密）",), Place.HEADER)), Place.HEADER),
        MarkCase("label in table cells", "密", none, _add(Piece(table=((LABEL, f"密（本件至{ahead}解密）"), ("速別", "普通件")))),
                 never_in=di | {"pptx"}),
        MarkCase("header and label line", "密", none, _add(Piece(("密",), Place.HEADER), Piece((f"{LABEL}：密（本件於公布時解密）",))),
                 Place.HEADER, never_in=sheets),
        MarkCase("restricted in header", "限閱", none, _add(Piece(("限閱",), Place.HEADER)), Place.HEADER),
        MarkCase("restricted with copy number", "限閱", none, _add(Piece(("【限閱】第003號",), Place.HEADER)), Place.HEADER),
        MarkCase("restricted in footer", "限閱", none, _add(Piece(("限　閱",), Place.FOOTER)), Place.FOOTER),
        MarkCase("restricted in first header", "限閱", none, _add(Piece(("限閱",), Place.FIRST_HEADER)), Place.FIRST_HEADER),
        MarkCase("sensitive as watermark", "機敏資料", none, _add(Piece(("機敏資料",), Place.WATERMARK)), Place.WATERMARK),
        MarkCase("sensitive in text box", "機敏資料", none, _add(Piece(("機敏資料",), Place.TEXT_BOX)), Place.TEXT_BOX, never_in=frozenset({"pdf"})),
        MarkCase("sensitive in first paragraph", "機敏資料", none, _add(Piece(("機敏資料",), ink=Ink.BIG_RED)), never_in=di | {"pptx", "pdf"}),
        MarkCase("subject restricted", "限閱", none, _add(Piece(("【限閱】",), Place.SUBJECT)), Place.SUBJECT),
        MarkCase("subject secret", "密", d02, _add(Piece(("【密】",), Place.SUBJECT)), Place.SUBJECT),
        MarkCase("label element", "密", none, _element("密", f"本件至{ahead}解密"), Place.LABEL_ELEMENT),
        MarkCase("label element without condition", "密", d02, _element("密", ""), Place.LABEL_ELEMENT),
        MarkCase("label element in the wrong child", "密", d02, _element("", "密"), Place.LABEL_ELEMENT),
        MarkCase("two-by-two form", "密", none, _add(Piece(table=(("密等", "解密條件或保密期限"), ("密", f"本件至{ahead}解密")))), never_in=di | {"pptx"}),
        # defective
        MarkCase("bare level in header", "密", d02, _add(Piece(("密",), Place.HEADER)), Place.HEADER),
        MarkCase("bare level with copy number", "密", d02, _add(Piece(("【密】編號：003/012",), Place.HEADER)), Place.HEADER),
        MarkCase("bare level in footer", "密", d02, _add(Piece(("密",), Place.FOOTER)), Place.FOOTER),
        MarkCase("national secret in text box", "機密", d02, _add(Piece(("機　密",), Place.TEXT_BOX)), Place.TEXT_BOX, never_in=frozenset({"pdf"})),
        MarkCase("national secret in header", "極機密", d02, _add(Piece(("極機密",), Place.HEADER)), Place.HEADER),
        MarkCase("national secret in first paragraph", "極機密", d02, _add(Piece(("極機密",), ink=Ink.BIG_RED)), never_in=di | {"pptx", "pdf"}),
        MarkCase("label line without condition", "密", d02, _letter(f"{LABEL}：密"), never_in=di | sheets),
        MarkCase("label line expired", "密", d04, _letter(f"{LABEL}：密（本件至{behind}解密）"), never_in=di | sheets),
        MarkCase("period beyond the limit", "極機密", d05, _letter(f"{LABEL}：極機密（本件至{far}解密）"), never_in=di | sheets),
        MarkCase("date left blank", "密", blank, _letter(f"{LABEL}：密（本件至　　年　　月　　日解密）"), never_in=di | sheets),
        # traps: no mark
        MarkCase("trap: 普通", None, none, _letter(f"{LABEL}：普通"), never_in=di | sheets),
        MarkCase("trap: empty label", None, none, _letter(f"{LABEL}："), never_in=di | sheets),
        MarkCase("trap: template hint", None, none, _letter(f"{LABEL}：絕對機密、極機密、機密、密（無則空白）"), never_in=di | sheets),
        MarkCase("trap: empty element", None, none, lambda paper: paper, Place.LABEL_ELEMENT),
        MarkCase("trap: level deep in the body", None, none, _end(Piece(filler), Piece(("機密",)), Piece(("以上三類依規定分別保管。",))),
                 never_in=di | {"pptx", "pdf"}),
        MarkCase("trap: quoted level", None, none, _add(Piece(("本案如涉公務機密，應以「密」等核定之。", "文書機密：", "密切注意收件情形。"))), never_in=di),
        MarkCase("trap: struck in header", None, none, _add(Piece(("密",), Place.HEADER, ink=Ink.STRUCK)), Place.HEADER, never_in=sheets),
        MarkCase("trap: struck first paragraph", None, none, _add(Piece(("極機密",), ink=Ink.STRUCK)), never_in=di | layout | {"pdf", "eml"}),
        MarkCase("trap: struck label line", None, none, _add(Piece((f"{LABEL}：密（本件至{behind}解密）",), ink=Ink.STRUCK)),
                 never_in=di | layout | {"pdf", "eml"}),
        MarkCase("trap: deleted by revision", None, none, _add(Piece(("極機密",), ink=Ink.DELETED)),
                 only_in=frozenset({"docx", "doc", "rtf", "html", "html_big5", "zip_docx", "eml_docx"})),
        MarkCase("trap: level in the file name", None, none, lambda paper: replace(paper, name=f"【密】{paper.name}")),
        MarkCase("trap: compound words", None, none, _add(Piece(("公務機密維護重點", "保密切結書", "密件傳遞應裝入特製卷夾"))), never_in=di),
    )  # fmt: skip


def fits(case: MarkCase, kind: str, holds: frozenset[Place]) -> bool:
    """Whether this format can bear this case."""
    if case.only_in and kind not in case.only_in:
        return False
    return kind not in case.never_in and case.place in holds
