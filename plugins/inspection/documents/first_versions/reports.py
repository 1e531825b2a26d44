"""受檢單位檢查結果 and 成果報告: cover band, key figures, charts, findings, crawl coverage, and 附表1 in ten rows."""

from __future__ import annotations

from inspection.documents.page import SIGNERS, Page, package, signature_row
from inspection.documents.styling import (
    BLUE,
    GREY,
    RED,
    TINT,
    Border,
    Cell,
    Look,
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

PAGE = Page(left=2.2, right=2.2, look=Look(body=12, heading=13, cell=11, line=1.3, heading_colour=BLUE))
WIDTH = PAGE.text_width
_COVERAGE = (
    ("共用資料夾", "shares"),
    ("檔案總數", "files"),
    ("已讀取", "read"),
    ("無法讀取", "unread"),
    ("疑似事項", "suspected"),
    ("確認缺失", "confirmed"),
    ("排除", "dismissed"),
)


def _band(agency: str, title: str, facts: str) -> str:
    content = text(agency, "BandAgency") + text(title, "BandTitle") + text(facts, "BandFacts")
    return table([WIDTH], [Row((Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),)),))], lines="none") + gap(
        8
    )


def _figures(*figures: tuple[str, str, str, str]) -> str:
    cells = tuple(
        Cell(
            paragraph(
                run(number, size=24, bold=True, colour=colour),
                run(f" {unit}", size=11, colour=GREY),
                before=4,
                after=0,
                exact=28,
            )
            + text(label, "FigureLabel"),
            borders=(Border("top", 12, colour),),
        )
        for number, unit, label, colour in figures
    )
    return table([WIDTH / len(cells)] * len(cells), [Row(cells)], lines="none", padding=0.1)


def _toned(value: str, tone: str) -> str:
    """A value in the colour of its tone; three conditional runs, so that staff may restyle each."""
    styles = (("good", "ToneGood"), ("fair", "ToneFair"), ("poor", "TonePoor"))
    known = "".join(
        run(f'{{% if {tone} == "{name}" %}}') + run(f"{{{{ {value} }}}}", style=style) + run("{% endif %}")
        for name, style in styles
    )
    return known + run(f'{{% if {tone} == "none" %}}{{{{ {value} }}}}{{% endif %}}')


def _list(name: str, style: str = "Clause2", empty: str = "") -> str:
    nothing = control("else") + text(empty, style) if empty else ""
    return control(f"for line in {name}") + text("{{ line }}", style) + nothing + control("endfor")


def _findings() -> str:
    titles = ("編號", "缺失事實（已遮蔽）", "嚴重度", "依據", "改善期限")
    fact = (
        paragraph(run("{{ finding.item }}", bold=True), style="TableText")
        + text("{{ finding.fact }}", "TableText")
        + control("if finding.remedy")
        + paragraph(run("改善建議：{{ finding.remedy }}", size=10, colour=GREY), style="TableText")
        + control("endif")
    )
    cells = (
        Cell(text("{{ finding.number }}", "TableCentre")),
        Cell(fact),
        Cell(paragraph(_toned("finding.severity", "finding.tone"), style="TableCentre")),
        Cell(text("{{ finding.basis }}", "TableText")),
        Cell(text("{{ finding.deadline }}", "TableCentre")),
    )
    columns = len(titles)
    rows = [
        head_row(*titles),
        control_row("for finding in findings", columns),
        Row(cells),
        control_row("endfor", columns),
    ]
    return table([2.8, 5.9, 1.5, 3.0, 3.4], rows, lines="rows", caption="缺失事實")


def _coverage() -> str:
    width = WIDTH / len(_COVERAGE)
    heads = Row(tuple(Cell(text(label, "SignatureHead"), fill=TINT) for label, _ in _COVERAGE))
    values = Row(tuple(Cell(text(f"{{{{ crawl.{name} }}}}", "TableCentre")) for _, name in _COVERAGE))
    return table([width] * len(_COVERAGE), [heads, values], caption="自動清查涵蓋情形")


def _previous() -> str:
    rows = [
        head_row("編號", "單位", "前次缺失", "改善情形"),
        control_row("for case in previous", 4),
        Row(
            tuple(
                Cell(text(f"{{{{ case.{name} }}}}", style))
                for name, style in (
                    ("number", "TableCentre"),
                    ("unit", "TableText"),
                    ("fact", "TableText"),
                    ("state", "TableText"),
                )
            )
        ),
        control_row("endfor", 4),
    ]
    return table([2.9, 1.9, 5.4, 6.4], rows, lines="rows", caption="前次缺失改善情形")


def unit_report() -> bytes:
    """The first version of templates/report/unit_report.docx."""
    body = "".join(
        (
            _band("{{ agency }}{{ office }}", "{{ title }}", "檢查期間：{{ period }}　　報告日期：{{ date }}"),
            _figures(
                ("{{ checked }}", "項", "應檢項目", BLUE),
                ("{{ conforms }}", "項", "符合", BLUE),
                ("{{ faults }}", "件", "缺失", RED),
                ("{{ not_applicable }}", "項", "不適用", GREY),
            ),
            gap(4),
            text("檢查概要", "Clause1"),
            text("受檢單位：{{ unit }}（報告編號 {{ number }}）。", "Clause2"),
            text("檢查人員：{{ inspectors }}；會同人員：{{ accompanied_by }}。", "Clause2"),
            _list("summary"),
            text("優點事項", "Clause1"),
            _list("merits", empty="本次檢查無特別記載之優點事項。"),
            text("缺失事項", "Clause1"),
            control("if findings"),
            gap(2),
            _findings(),
            gap(4),
            control("else"),
            text("本次檢查未發現缺失。", "Clause2"),
            control("endif"),
            text("改善措施與建議", "Clause1"),
            _list("measures", empty="請維持現行保密作為。"),
            text("請於{{ reply_by }}前填復改善情形，逾期將依規定列管稽催。", "Clause2"),
            text("前次缺失改善情形", "Clause1"),
            control("if previous"),
            gap(2),
            _previous(),
            gap(4),
            control("else"),
            text("前次檢查無列管中之缺失。", "Clause2"),
            control("endif"),
            text("自動清查涵蓋情形", "Clause1"),
            gap(2),
            _coverage(),
            gap(4),
            _list("crawl.notes"),
            text(
                "「疑似事項」係系統清查結果，經政風人員逐案確認後始列為缺失；事實欄位已遮蔽，原件請洽單位窗口。",
                "Remark",
            ),
            gap(10),
            signature_row(PAGE, ("承辦人", "課室主管", "會辦單位", "政風室主任", "主任秘書", "機關首長批示")),
            gap(2),
        )
    )
    return package(PAGE, body)


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
        Cell(paragraph(_toned("unit.rate", "unit.tone"), style="TableCentre")),
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


def _form_row(number: str, title: str, content: str, *, first_only: bool = False) -> Row:
    """A row of the form; `first_only` prints its number and title in the first turn of a loop alone."""
    if first_only:
        number, title = (f"{{% if loop.first %}}{words}{{% endif %}}" for words in (number, title))
    head = paragraph(run(number, bold=True, colour=BLUE), style="TableCentre") + text(title, "RowHeadCentre")
    return Row((Cell(head, fill=TINT, middle=not first_only), Cell(content)))


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
            _toned("finding.severity", "finding.tone"),
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
        _form_row("四", "檢查結果統計", gap(3) + _category_table()),
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
    figures = [
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
            _band("{{ agency }}{{ office }}", "{{ title }}", "檢查期間：{{ period }}　　報告日期：{{ date }}"),
            _figures(*figures),
            text("檢查結果概述", "Clause1"),
            _list("overview"),
            gap(6),
            _charts(),
            text("受檢單位檢查結果", "Clause1"),
            gap(2),
            _unit_results(),
            text("註：{{ legend }}", "Remark"),
            _report_form(),
            gap(10),
            signature_row(PAGE, SIGNERS),
            gap(2),
        )
    )
    return package(PAGE, body)
