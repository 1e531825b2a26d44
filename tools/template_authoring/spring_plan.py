"""春安執行計畫: the headings of seed 003 in their order, a last paragraph without title, and eight annexes."""

from __future__ import annotations

from tools.template_authoring.plan import (
    PAGE,
    annex,
    cells,
    crawl_tables,
    groups_table,
    inspector_items_table,
    items_table,
    laid_out,
    open_cases,
)
from tools.template_authoring.styling import (
    control,
    control_row,
    gap,
    head_row,
    heading,
    listed,
    paragraph,
    run,
    table,
    text,
)


def _plain(words: str) -> str:
    """A run in the size and weight of the text, within a paragraph counted as a heading: it has no title."""
    size = round(PAGE.look.body * 2)
    look = f'<w:b w:val="0"/><w:bCs w:val="0"/><w:color w:val="auto"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def _points(name: str, level: int) -> str:
    """Sentences at a level of the outline, those under them one level below."""
    return "".join(
        (
            control(f"for point in {name}"),
            text("{{ point.text }}", f"Clause{level}"),
            control("for line in point.under"),
            text("{{ line }}", f"Clause{level + 1}"),
            control("endfor"),
            control("endfor"),
        )
    )


def _sections() -> str:
    return "".join(
        (
            text("依據", "Clause1"),
            listed("bases"),
            text("目的", "Clause1"),
            listed("purposes", "BodyIndent"),
            text("任務", "Clause1"),
            _points("tasks", 2),
            text("執行", "Clause1"),
            control("for line in period"),
            text("{{ line }}", "Clause2"),
            control("endfor"),
            paragraph(run("執行重點："), style="Clause2", keep_next=True),
            control("for part in parts"),
            paragraph(run("{{ part.heading }}："), style="Clause3", keep_next=True),
            _points("part.points", 4),
            control("endfor"),
            paragraph(run("狀況反映："), style="Clause2", keep_next=True),
            _points("situation", 3),
            text("協調配合", "Clause1"),
            listed("coordination"),
            open_cases(),
            text("通信聯絡", "Clause1"),
            control("for line in communication"),
            heading("{{ line }}", "BodyIndent", after=4),
            control("endfor"),
            _contacts(),
        )
    )


def _contacts() -> str:
    rows = [
        head_row("類別", "單位／人員", "電話", "備註", "緊急"),
        control_row("for contact in contacts", 5),
        cells(
            ("{{ contact.kind }}", "TableCentre"),
            ("{{ contact.who }}", "TableText"),
            ("{{ contact.telephone }}", "TableText"),
            ("{{ contact.note }}", "TableText"),
            ("{{ contact.emergency }}", "TableCentre"),
        ),
        control_row("endfor", 5),
    ]
    return table([1.7, 4.6, 4.0, 4.2, 1.5], rows, lines="rows", caption="通信聯絡") + gap(8)


def _duty() -> str:
    rows = [
        head_row("日期", "時段", "值勤處所", "值勤人員", "代理人", "電話"),
        control_row("for shift in duty", 6),
        cells(
            ("{{ shift.day }}", "TableCentre"),
            ("{{ shift.hours }}", "TableText"),
            ("{{ shift.post }}", "TableText"),
            ("{{ shift.person }}", "TableText"),
            ("{{ shift.deputy }}", "TableText"),
            ("{{ shift.telephone }}", "TableText"),
        ),
        control_row("endfor", 6),
    ]
    return table([3.0, 3.6, 2.4, 1.9, 1.9, 3.2], rows, lines="rows", caption="值勤輪值表")


def _targets() -> str:
    rows = [
        head_row("項次", "目標", "類別", "所在", "負責", "防護措施"),
        control_row("for target in key_targets", 6),
        cells(
            ("{{ loop.index }}", "TableCentre"),
            ("{{ target.name }}", "TableText"),
            ("{{ target.kind }}", "TableCentre"),
            ("{{ target.place }}", "TableText"),
            ("{{ target.responsible }}", "TableText"),
            ("{{ target.measures }}", "TableText"),
        ),
        control_row("endfor", 6),
    ]
    return table([1.2, 2.9, 1.6, 2.7, 2.8, 4.8], rows, lines="rows", caption="重要維護目標清單")


def _division() -> str:
    rows = [
        head_row("項次", "工作項目", "主辦", "協辦", "期程"),
        control_row("for line in division", 5),
        cells(
            ("{{ loop.index }}", "TableCentre"),
            ("{{ line.work }}", "TableText"),
            ("{{ line.lead }}", "TableText"),
            ("{{ line.support }}", "TableText"),
            ("{{ line.period }}", "TableText"),
        ),
        control_row("endfor", 5),
    ]
    return table([1.2, 5.6, 2.8, 2.6, 3.8], rows, lines="rows", caption="任務分工表")


def _checks() -> str:
    rows = [
        head_row("項次", "類別", "檢查項目", "辦理單位"),
        control_row("for check in safety_checks", 4),
        cells(
            ("{{ loop.index }}", "TableCentre"),
            ("{{ check.category }}", "TableCentre"),
            ("{{ check.statement }}", "TableText"),
            ("{% if check.units %}{{ check.units }}{% else %}各單位{% endif %}", "TableText"),
        ),
        control_row("endfor", 4),
    ]
    return table([1.2, 1.6, 9.6, 3.6], rows, lines="rows", caption="安全維護檢查項目")


def _outside() -> str:
    rows = [
        head_row("項次", "檢查項目"),
        control_row("for statement in form.statements", 2),
        cells(("{{ loop.index }}", "TableCentre"), ("{{ statement }}", "TableText")),
        control_row("endfor", 2),
    ]
    return "".join(
        (
            control("for form in outside_forms"),
            heading("{{ form.name }}：{{ form.joint }}", "RowHead", after=3),
            table([1.2, 14.8], rows, lines="rows", caption="所屬學校及所屬機關檢查項目"),
            gap(6),
            control("endfor"),
        )
    )


def _annexes() -> str:
    return "".join(
        (
            annex("附件一　值勤輪值表"),
            _duty(),
            gap(12),
            annex("附件二　重要維護目標清單", new_page=False),
            _targets(),
            gap(12),
            annex("附件三　任務分工表", new_page=False),
            _division(),
            annex("附件四　安全維護檢查項目"),
            _checks(),
            annex("附件五　公務機密維護檢查項目"),
            items_table(),
            inspector_items_table(),
            annex("附件六　分享區清查範圍、帳號與檢查方法"),
            control("for line in methods"),
            text("{{ loop.index }}、{{ line }}", "TableText"),
            control("endfor"),
            gap(6),
            crawl_tables(),
            gap(12),
            annex("附件七　檢查人員編組表", new_page=False),
            groups_table(),
            gap(12),
            annex("附件八　所屬學校及所屬機關用表（檢查項目）", new_page=False),
            _outside(),
        )
    )


def spring_plan() -> bytes:
    """The first version of templates/plan/spring_plan.docx."""
    return laid_out(_sections(), paragraph(_plain("{{ effect }}"), style="Clause1"), _annexes())
