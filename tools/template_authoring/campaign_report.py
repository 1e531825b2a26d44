"""成果報告: figures, charts and bars on one page, then 附表1 in its ten rows."""

from __future__ import annotations

from tools.template_authoring.page import SIGNERS, package, signature_row
from tools.template_authoring.report_pieces import (
    PAGE,
    band,
    figures,
    listed,
    toned,
)
from tools.template_authoring.styling import (
    BLUE,
    GREY,
    RED,
    TINT,
    Cell,
    Row,
    control,
    control_row,
    gap,
    head_row,
    paragraph,
    run,
    table,
    text,
)


def _charts() -> str:
    left = paragraph(run("{{ chart(faults_by_category, 9.4, 5.4) }}"), align="center")
    right = paragraph(run("{{ chart(second_chart, 6.9, 5.4) }}"), align="center")
    return table([9.6, 7.0], [Row((Cell(left), Cell(right)))], lines="none", padding=0.05)


def _unit_results() -> str:
    titles = ("受檢單位", "應檢項數", "符合項數", "缺失件數", "符合率", "符合率圖示")
    cells = (
        Cell(text("{{ unit.name }}", "TableText")),
        Cell(text("{{ unit.checked }}", "TableNumber")),
        Cell(text("{{ unit.conforms }}", "TableNumber")),
        Cell(text("{{ unit.faults }}", "TableNumber")),
        Cell(paragraph(toned("unit.rate", "unit.tone"), style="TableCentre")),
        Cell(paragraph(run("{{p bar(unit.percent, unit.tone, 5.0) }}"))),
    )
    rows = [head_row(*titles), control_row("for unit in units", 6), Row(cells), control_row("endfor", 6)]
    return table([3.3, 2.0, 2.0, 2.0, 1.9, 5.4], rows, lines="rows", caption="受檢單位檢查結果")


def _category_table() -> str:
    names = ("category", "checked", "conforms", "faults", "not_applicable")
    styles = ("TableText", "TableNumber", "TableNumber", "TableNumber", "TableNumber")
    line = Row(tuple(Cell(text(f"{{{{ row.{n} }}}}", s)) for n, s in zip(names, styles, strict=True)))
    total = Row(
        tuple(
            Cell(paragraph(run(f"{{{{ total.{n} }}}}", bold=True), style=s), fill=TINT)
            for n, s in zip(names, styles, strict=True)
        )
    )
    rows = [
        head_row("類別", "應檢", "符合", "缺失", "不適用"),
        control_row("for row in categories", 5),
        line,
        control_row("endfor", 5),
        total,
    ]
    return table([4.4, 1.9, 1.9, 1.9, 1.9], rows, lines="rows", caption="檢查結果統計") + text(
        # LibreOffice hides an empty paragraph after a table in a cell; a line of text keeps the room.
        "單位：項次",
        "Remark",
        align="right",
    )


def _cell_list(name: str, empty: str = "無。") -> str:
    return (
        control(f"for line in {name}")
        + text("{{ loop.index }}、{{ line }}", "CellItem")
        + control("else")
        + text(empty, "TableText")
        + control("endfor")
    )


def _form_row(number: str, title: str, content: str, *, first_only: bool = False, may_split: bool = False) -> Row:
    """A row of the form; `first_only` prints its number and title in the first turn of a loop alone."""
    if first_only:
        number, title = (f"{{% if loop.first %}}{words}{{% endif %}}" for words in (number, title))
    head = paragraph(run(number, bold=True, colour=BLUE), style="TableCentre") + text(title, "RowHeadCentre")
    middle = not (first_only or may_split)
    return Row((Cell(head, fill=TINT, middle=middle), Cell(content)), may_split=may_split)


def _form_rows(number: str, title: str, loop: str, content: str, nothing: str) -> list[Row]:
    """A row for each case, so that no case breaks over a page; one row that says so where there is none."""
    return [
        control_row(loop, 2),
        _form_row(number, title, content, first_only=True),
        control_row("else", 2),
        _form_row(number, title, text(nothing, "TableText")),
        control_row("endfor", 2),
    ]


def _report_form() -> str:
    """附表1 公務機密維護檢查報告表: head, ten rows and what the system counted."""
    finding = (
        paragraph(
            run("{{ finding.number }}　{{ finding.unit }}　", bold=True),
            toned("finding.severity", "finding.tone"),
            run("　期限 {{ finding.deadline }}", size=10, colour=GREY),
            style="TableText",
        )
        + text("{{ finding.item }}：{{ finding.fact }}（{{ finding.basis }}）", "TableText")
        + control("if finding.remedy")
        + paragraph(run("改善建議：{{ finding.remedy }}", size=10, colour=GREY), style="TableText")
        + control("endif")
    )
    factor = (
        paragraph(run("{{ factor.heading }}", bold=True), style="TableText")
        + control("for line in factor.sentences")
        + text("・{{ line }}", "CellItem")
        + control("endfor")
    )
    crawl = (
        text(
            "共用資料夾 {{ crawl.shares }} 處，檔案 {{ crawl.files }} 個，已讀取 {{ crawl.read }} 個，"
            "無法讀取 {{ crawl.unread }} 個；疑似 {{ crawl.suspected }} 件，確認 {{ crawl.confirmed }} 件，"
            "排除 {{ crawl.dismissed }} 件。",
            "TableText",
        )
        + control("for line in crawl.notes")
        + text("・{{ line }}", "CellItem")
        + control("endfor")
    )
    case = text("{{ case.number }}　{{ case.unit }}：{{ case.fact }}——{{ case.state }}", "TableText")
    body = [
        _form_row("一", "受檢單位與人數", text("{{ units_and_people }}", "TableText")),
        _form_row("二", "檢查項目與方法", _cell_list("items_and_methods")),
        *_form_rows("三", "狀況研判摘要", "for factor in assessment", factor, "資料不足，未作狀況研判。"),
        _form_row("四", "檢查結果統計", gap(3) + _category_table(), may_split=True),
        _form_row("五", "優點事實", _cell_list("merits")),
        *_form_rows("六", "缺失事實", "for finding in findings", finding, "本次檢查未發現缺失。"),
        _form_row("七", "改進措施與建議", _cell_list("measures")),
        _form_row("八", "自動清查結果", crawl),
        *_form_rows("九", "前次缺失改善情形", "for case in previous", case, "前次檢查無列管中之缺失。"),
        _form_row("十", "結論及擬辦", _cell_list("conclusions")),
    ]
    return "".join(
        (
            paragraph(run("附表1　公務機密維護檢查報告表"), style="AnnexTitle", new_page=True),
            table([2.2, 6.1, 2.2, 6.1], _form_head(), colour="B4BCC9", caption="檢查報告表表頭"),
            gap(1),
            table([3.7, 12.9], body, colour="B4BCC9", caption="檢查報告表"),
        )
    )


def _form_head() -> list[Row]:
    facts = (
        ("機關", "{{ agency }}", "檢查名稱", "{{ campaign }}"),
        ("計畫核定", "{{ plan_approval }}", "檢查期間", "{{ period }}"),
        ("檢查人員", "{{ inspectors }}", "會同單位", "{{ accompanied_by }}"),
    )
    return [
        Row(tuple(
            Cell(text(words, "TableText" if column % 2 else "RowHead"), fill="" if column % 2 else TINT)
            for column, words in enumerate(fact)
        ))
        for fact in facts
    ]  # fmt: skip


def campaign_report() -> bytes:
    """The first version of templates/report/campaign_report.docx."""
    keys = (("conformity", BLUE), ("change", BLUE), ("faults", RED), ("open", RED))
    key_figures = [
        (
            f"{{{{ key_figures.{k}.number }}}}",
            f"{{{{ key_figures.{k}.unit }}}}",
            f"{{{{ key_figures.{k}.label }}}}",
            colour,
        )
        for k, colour in keys
    ]
    body = "".join(
        (
            band("{{ agency }}{{ office }}", "{{ title }}", "檢查期間：{{ period }}　　報告日期：{{ date }}"),
            figures(*key_figures),
            text("檢查結果概述", "Clause1"),
            listed("overview"),
            gap(6),
            _charts(),
            text("受檢單位檢查結果", "Clause1"),
            gap(2),
            _unit_results(),
            text("{{ legend }}", "Remark"),
            _report_form(),
            gap(10),
            signature_row(PAGE, SIGNERS),
            gap(2),
        )
    )
    return package(PAGE, body)
