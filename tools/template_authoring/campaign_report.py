"""成果報告: figures, charts and bars on one page, then 附表1 in its ten rows."""

from __future__ import annotations

from tools.template_authoring.page import SIGNERS, package, signature_row
from tools.template_authoring.report_pieces import (
    PAGE,
    band,
    figures,
    key_figures,
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
    end,
    gap,
    head_row,
    heading,
    listed,
    paragraph,
    run,
    table,
    text,
)


def _charts() -> str:
    left = paragraph(run("{{ chart(first_chart, 9.4, 3.7) }}"), align="center")
    right = paragraph(run("{{ chart(second_chart, 6.9, 3.7) }}"), align="center")
    return table([9.6, 7.0], [Row((Cell(left), Cell(right)))], lines="none", padding=0.05)


def _unit_results() -> str:
    titles = ("受檢單位", "缺失", "重大", "高", "中", "低", "缺失圖示", "分享區清查", "檢查表", "符合率")
    columns = len(titles)
    widths = [3.9, 1.1, 1.0, 0.8, 0.8, 0.8, 2.1, 2.6, 1.7, 1.8]

    def units(condition: str, *, keep: bool = False) -> list[Row]:
        return [
            control_row("for unit in units", columns),
            control_row(f"if {condition}", columns),
            _unit_line(keep=keep),
            control_row("endif", columns),
            control_row("endfor", columns),
        ]

    # the last three and the legend are one row that may not split: neither is ever alone on a page
    last = table(widths, units("loop.revindex <= 3", keep=True), lines="rows", padding=0.08)
    ending = Row((Cell(last + text("{{ legend }}", "Remark"), span=columns),))
    rows = [head_row(*titles), *units("loop.revindex > 3"), ending]
    return table(widths, rows, lines="rows", padding=0.08, caption="受檢單位檢查結果")


def _unit_line(*, keep: bool = False) -> Row:
    """One unit on a low line: twelve units and what stands above them fill one page."""

    def low(*runs: str, style: str = "TableCentre") -> Cell:
        return Cell(paragraph(*runs, style=style, before=1, after=1, keep_next=keep))

    return Row(
        (
            low(run("{{ unit.name }}"), style="TableText"),
            low(toned("unit.faults", "unit.tone")),
            *(low(run(f"{{{{ unit.{name} }}}}")) for name in ("critical", "high", "medium", "low")),
            Cell(paragraph(run("{{p bar(unit.percent, unit.tone, 1.9) }}"))),
            *(low(run(f"{{{{ unit.{name} }}}}")) for name in ("crawl", "returned", "rate")),
        )
    )


def _category_table() -> str:
    names = ("category", "asked", "conforms", "contradicted", "nonconforming", "not_applicable", "blank", "faults")
    styles = ("TableText", *("TableCentre",) * 7)
    line = Row(tuple(Cell(text(f"{{{{ row.{n} }}}}", s)) for n, s in zip(names, styles, strict=True)))
    total = Row(
        tuple(
            Cell(paragraph(run(f"{{{{ total.{n} }}}}", bold=True), style=s), fill=TINT)
            for n, s in zip(names, styles, strict=True)
        )
    )
    columns = len(names)
    rows = [
        head_row("類別", "應檢", "符合", "經查不符", "不符合", "不適用", "未填報", "確認缺失"),
        control_row("for row in categories", columns),
        line,
        control_row("endfor", columns),
        total,
    ]
    widths = [3.1, 1.1, 1.1, 1.55, 1.35, 1.35, 1.35, 1.55]
    return table(widths, rows, lines="rows", padding=0.05, caption="檢查結果統計") + text(
        # LibreOffice hides an empty paragraph after a table in a cell; a line of text keeps the room.
        "單位：項次（確認缺失為件）；應檢＝符合＋經查不符＋不符合＋不適用＋未填報",
        "Remark",
        align="right",
    )


def _suspected_table() -> str:
    names = ("unit", "all", "confirmed", "self_improved", "dismissed", "undecided")
    styles = ("TableText", *("TableCentre",) * 5)
    line = Row(tuple(Cell(text(f"{{{{ row.{n} }}}}", s)) for n, s in zip(names, styles, strict=True)))
    total = Row(
        tuple(
            Cell(paragraph(run(f"{{{{ all_suspected.{n} }}}}", bold=True), style=s), fill=TINT)
            for n, s in zip(names, styles, strict=True)
        )
    )
    rows = [
        head_row("單位", "疑似", "確認", "自主改善", "排除", "未判定"),
        control_row("for row in suspected", 6),
        line,
        control_row("endfor", 6),
        total,
    ]
    return table([4.0, 1.6, 1.6, 2.0, 1.6, 1.65], rows, lines="rows", padding=0.05, caption="疑似事項處理情形") + text(
        "單位：件；疑似＝確認＋自主改善＋排除＋未判定", "Remark", align="right"
    )


def _cell_list(name: str, empty: str = "無。", *, keep: bool = False) -> str:
    number = f"{{% if {name}|length > 1 %}}{{{{ loop.index }}}}、{{% endif %}}"
    return (
        control(f"for line in {name}")
        + paragraph(run(number + "{{ line }}"), style="CellItem", keep_next=keep)
        + control("else")
        + paragraph(run(empty), style="TableText", keep_next=keep)
        + control("endfor")
    )


def _form_row(
    number: str, title: str, content: str, *, first_only: bool = False, may_split: bool = False, keep: bool = False
) -> Row:
    """A row of the form; `first_only` prints its title in the first turn of a loop alone, its number in each.

    `keep` holds the row on the page of what follows: the row to be signed never stands alone.
    """
    label = paragraph(run(number, bold=True, colour=BLUE), style="TableCentre", keep_next=keep)
    if first_only:
        later = "{% if not loop.first %}（續）{% endif %}"
        label = paragraph(run(number, bold=True, colour=BLUE), run(later, size=10, colour=GREY), style="TableCentre")
        title = f"{{% if loop.first %}}{title}{{% endif %}}"
    head = label + paragraph(run(title), style="RowHeadCentre", keep_next=keep)
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
        + paragraph(run("改善建議：", bold=True), run("{{ finding.remedy }}"), style="TableText")
        + control("endif")
    )
    factor = (
        paragraph(run("{{ factor.heading }}", bold=True), style="TableText")
        + control("for line in factor.sentences")
        + text("・{{ line }}", "CellItem")
        + control("endfor")
    )
    crawl = (
        control("for line in crawl.lines")
        + text("{{ line }}", "TableText")
        + control("endfor")
        + control("for line in crawl.notes")
        + text("・{{ line }}", "CellItem")
        + control("endfor")
        + gap(3)
        + _suspected_table()
        + control("for line in dismissals")
        + text("・{{ line }}", "CellItem")
        + control("endfor")
    )
    rest = control("for line in findings_rest") + text("{{ line }}", "TableText") + control("endfor")
    told_otherwise = control("for line in told_otherwise") + text("・{{ line }}", "CellItem") + control("endfor")
    seal = text("{{ record_seal }}", "Remark")
    missing = control("for line in not_returned") + text("{{ line }}", "TableText") + control("endfor")
    case = text("{{ case.number }}　{{ case.unit }}：{{ case.fact }}——{{ case.state }}", "TableText")
    body = [
        head_row("項目", "內容"),  # repeated on each page the form goes on
        _form_row("一", "受檢單位與人數", text("{{ units_and_people }}", "TableText")),
        _form_row("二", "檢查項目與方法", _cell_list("items_and_methods")),
        *_form_rows("三", "狀況研判摘要", "for factor in assessment", factor, "資料不足，未作狀況研判。"),
        _form_row("四", "檢查結果統計", gap(3) + _category_table() + told_otherwise, may_split=True),
        _form_row("五", "優點事實", _cell_list("merits"), may_split=True),
        *_form_rows("六", "缺失事實", "for finding in findings", finding, "本次檢查無經確認之缺失。"),
        control_row("if findings_rest", 2),
        _form_row("六", "其餘缺失", rest, may_split=True),
        control_row("endif", 2),
        control_row("if not_returned", 2),
        _form_row("六", "檢查表未送回", missing),
        control_row("endif", 2),
        _form_row("七", "改進措施與建議", _cell_list("measures")),
        _form_row(
            "八", "{% if crawl.shares %}自動清查結果{% else %}疑似事項處理情形{% endif %}", crawl, may_split=True
        ),
        *_form_rows("九", "前次缺失改善情形", "for case in previous", case, "前次檢查無列管中之缺失。"),
        _form_row("十", "結論及擬辦", _cell_list("conclusions", keep=True), keep=True),
        # within the form, kept with row 十: the row to be signed never stands on a page by itself
        Row((Cell(gap(6) + signature_row(PAGE, SIGNERS, margin=0.5) + seal + gap(4), span=2, middle=False),)),
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


def equipment_annex() -> str:
    """附表2 保密設備清冊: a line for each unit that was visited, the sum below them."""
    kinds = {
        "holding": "盛裝設備",
        "covering": "遮蓋設置",
        "destroying": "銷毀設備",
        "marking": "標示設備",
        "separating": "隔離設備",
        "guarding": "防護設備",
    }
    cells = tuple(
        Cell(
            text(f"{{{{ line.{kind}.count }}}}", "TableCentre")
            + control(f"if line.{kind}.note")
            + paragraph(run(f"{{{{ line.{kind}.note }}}}", size=9, colour=GREY), style="TableCentre")
            + control("endif")
        )
        for kind in kinds
    )
    total = tuple(
        Cell(paragraph(run(f"{{{{ line.{kind}.count }}}}", bold=True), style="TableCentre"), fill=TINT)
        for kind in kinds
    )
    columns = len(kinds) + 1
    rows = [
        head_row("受檢單位", *kinds.values()),
        control_row("for line in equipment", columns),
        control_row("if loop.last", columns),
        Row((Cell(paragraph(run("{{ line.unit }}", bold=True), style="TableText"), fill=TINT), *total)),
        control_row("else", columns),
        Row((Cell(text("{{ line.unit }}", "TableText")), *cells)),
        control_row("endif", columns),
        control_row("endfor", columns),
    ]
    note = "註：數量、設置處所及最近檢查日依經複核之現場檢查紀錄計列；「—」為未檢視，「0」為現場查無。"
    return (
        control("if equipment")
        + paragraph(run("附表2　保密設備清冊"), style="AnnexTitle", new_page=True)
        + table([2.8, *[2.3] * 6], rows, lines="rows", padding=0.08, caption="保密設備清冊")
        + text(note, "Remark")
        + control("endif")
    )


def campaign_report() -> bytes:
    """The first version of templates/report/campaign_report.docx."""
    body = "".join(
        (
            band("{{ agency }}{{ office }}", "{{ title }}", "檢查期間：{{ period }}", "報告日期：{{ date }}"),
            figures(*key_figures(("faults", RED), ("units", RED), ("crawl", BLUE), ("returns", BLUE))),
            text("檢查結果概述", "Clause1"),
            listed("overview"),
            gap(6),
            _charts(),
            heading("受檢單位檢查結果"),
            _unit_results(),
            _report_form(),
            equipment_annex(),
            end(),
        )
    )
    return package(PAGE, body)
